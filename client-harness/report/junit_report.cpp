#include "report/junit_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

namespace misproxy {
namespace {

using boost::property_tree::ptree;

/// XML 1.0 has no place for control characters (section 2.2), whatever their escape.
std::string xml_text(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return c < 0x20 && c != '\t' && c != '\n' && c != '\r'; }, '?');
  return text;
}

std::string time_text(Duration time) { return fmt::format("{:.6f}", seconds(time)); }

ptree case_of(const RunResult& result) {
  ptree test;
  const auto offset = result.offset ? fmt::format(" offset {}", *result.offset) : "";
  test.put("<xmlattr>.classname", fmt::format("misproxy.{}.{}", result.world, result.client));
  test.put("<xmlattr>.name", fmt::format("{} seed {}{}", result.scenario, result.seed, offset));
  test.put("<xmlattr>.time", time_text(result.took));
  if (result.judged() == RunResult::Judged::nothing_expected)
    test.put("skipped.<xmlattr>.message", word(result.judged()));
  if (result.ok()) return test;
  ptree failure(xml_text(fmt::format("{}", fmt::join(result.mismatches, "\n"))));
  failure.put("<xmlattr>.message", xml_text(result.mismatches.front()));
  failure.put("<xmlattr>.type", "mismatch");
  test.add_child("failure", failure);
  return test;
}

}  // namespace

std::string junit_text(const std::vector<RunResult>& results) {
  ptree suite;
  Duration time{0};
  std::size_t failures = 0;
  std::size_t skipped = 0;
  for (const auto& result : results) {
    time += result.took;
    failures += result.ok() ? 0 : 1;
    skipped += result.judged() == RunResult::Judged::nothing_expected ? 1 : 0;
  }
  suite.put("<xmlattr>.name", "misproxy run");
  suite.put("<xmlattr>.tests", results.size());
  suite.put("<xmlattr>.failures", failures);
  suite.put("<xmlattr>.errors", 0);
  suite.put("<xmlattr>.skipped", skipped);
  suite.put("<xmlattr>.time", time_text(time));
  for (const auto& result : results)
    suite.add_child("testcase", case_of(result));
  ptree document;
  document.add_child("testsuites.testsuite", suite);
  std::ostringstream out;
  write_xml(out, document, boost::property_tree::xml_writer_settings<std::string>(' ', 2));
  return out.str() + "\n";
}

}  // namespace misproxy
