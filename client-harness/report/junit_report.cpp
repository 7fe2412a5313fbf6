#include "report/junit_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>
#include <string_view>

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

const boost::property_tree::xml_writer_settings<std::string> kIndented(' ', 2);
constexpr int kDepth = 2;  // of a case
constexpr std::string_view kMark = "    <testcase/>\n";

}  // namespace

std::string JunitSuite::add(const RunResult& result) {
  ++tests_;
  time_ += result.took;
  failures_ += result.ok() ? 0 : 1;
  skipped_ += result.judged() == RunResult::Judged::nothing_expected ? 1 : 0;
  std::ostringstream out;
  boost::property_tree::xml_parser::write_xml_element(out, std::string("testcase"), case_of(result),
                                                      kDepth, kIndented);
  return out.str();
}

std::pair<std::string, std::string> JunitSuite::around() const {
  ptree suite;
  suite.put("<xmlattr>.name", "misproxy run");
  suite.put("<xmlattr>.tests", tests_);
  suite.put("<xmlattr>.failures", failures_);
  suite.put("<xmlattr>.errors", 0);
  suite.put("<xmlattr>.skipped", skipped_);
  suite.put("<xmlattr>.time", time_text(time_));
  if (tests_ > 0) suite.put("testcase", "");
  ptree document;
  document.add_child("testsuites.testsuite", suite);
  std::ostringstream out;
  write_xml(out, document, kIndented);
  const auto text = out.str() + "\n";
  const auto mark = text.find(kMark);
  if (mark == text.npos) return {text, ""};
  return {text.substr(0, mark), text.substr(mark + kMark.size())};
}

}  // namespace misproxy
