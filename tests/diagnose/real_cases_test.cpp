// Every file of every real case in tests/captures, alone and all together, against its case.json.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <regex>
#include <set>

#include "diagnose/diagnose.hpp"
#include "diagnose/diagnosis_text.hpp"
#include "diagnose/read_evidence.hpp"
#include "support/real_cases.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

/// What has to hold of a diagnosis of some of a case's files.
struct Demand {
  std::vector<std::string> must_name;
  std::vector<std::string> must_not_name;
};

std::vector<std::string> strings(const json::object& from, const char* key) {
  std::vector<std::string> texts;
  if (!from.contains(key)) return texts;
  for (const auto& each : from.at(key).as_array())
    texts.emplace_back(each.as_string());
  return texts;
}

/// A text in another form shows as much as tcpdump's usual one; settings and sockets promise
/// nothing.
Demand demand_of(const json::object& about, const std::string& file) {
  const auto& by_file = about.at("by_file").as_object();
  auto key = file;
  if (!by_file.contains(key) && file.ends_with(".txt")) key = "case.txt";
  if (!by_file.contains(key) && file.ends_with(".pcapng")) key = "case.pcap";
  if (by_file.contains(key)) {
    const auto& own = by_file.at(key).as_object();
    return {strings(own, "must_name"), strings(own, "must_not_name")};
  }
  if (file.ends_with(".netstat") || file.ends_with(".conf")) return {};
  const auto& all = about.at("expect").as_object();
  return {strings(all, "must_name"), strings(all, "must_not_name")};
}

bool found(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern, std::regex::icase));
}

/// The files are given by bare names: a case's name tells the answer.
void expect_diagnosis(const fs::path& folder, const std::vector<std::string>& files,
                      const Demand& demand) {
  std::vector<std::string> texts;
  for (const auto& file : files)
    texts.push_back(text_of(folder / file));
  std::vector<diagnose::Exhibit> exhibits;
  for (std::size_t i = 0; i < files.size(); ++i)
    exhibits.push_back({files[i], texts[i]});
  const auto read = diagnose::read_evidence(exhibits);
  ASSERT_TRUE(std::holds_alternative<diagnose::Observations>(read))
      << std::get<diagnose::Unusable>(read).sentence;
  const auto diagnosis = diagnose::diagnose(std::get<diagnose::Observations>(read));
  const auto& incident = diagnosis.incident;
  const auto said = std::string(incident.id) + " " + incident.headline + " " +
                    json::serialize(json::value_from(incident.alternatives));
  for (const auto& pattern : demand.must_name)
    EXPECT_TRUE(found(said, pattern)) << pattern << " is not in: " << said;
  for (const auto& pattern : demand.must_not_name)
    EXPECT_FALSE(found(incident.headline, pattern)) << pattern << " is in: " << incident.headline;
}

class RealCase : public testing::TestWithParam<std::string> {};

TEST_P(RealCase, IsNamedFromEachFileAndFromAll) {
  const auto folder = kCases / GetParam();
  const auto about = json::parse(text_of(folder / "case.json")).as_object();
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder))
    files.insert(entry.path().filename().string());
  files.erase("case.json");
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    expect_diagnosis(folder, {file}, demand_of(about, file));
  }
  SCOPED_TRACE("all together");
  const auto& all = about.at("expect").as_object();
  expect_diagnosis(folder, {files.begin(), files.end()},
                   {strings(all, "must_name"), strings(all, "must_not_name")});
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  auto name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Captures, RealCase, testing::ValuesIn(case_names()), test_name);

TEST(RealCases, AreAllThere) { EXPECT_EQ(case_names().size(), 49U); }

}  // namespace
}  // namespace misproxy::test
