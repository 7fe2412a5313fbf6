// Every file of every real case in tests/captures, alone and all together: a scenario that `check`
// accepts and whose run has the same verdict, or a reason why there is none.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "diagnose/read_evidence.hpp"
#include "reproduce/replay.hpp"
#include "reproduce/reproduce.hpp"
#include "scenario/loader.hpp"
#include "support/real_cases.hpp"

namespace misproxy::reproduce {
namespace {

namespace fs = std::filesystem;
using test::case_names;
using test::kCases;
using test::text_of;

/// Verdicts that a real case has, and no scenario shows.
struct Reason {
  std::string_view name;  // of the case
  std::string_view verdict;
  std::string_view why;
};

constexpr std::array kReasons{
    Reason{"client-ctrl-c", "client-abort", "somebody stopped the client"},
    Reason{"dns-nxdomain", "not-enough-evidence", "settings alone tell of no connection"},
    Reason{"refused-no-listener", "not-enough-evidence", "settings alone tell of no connection"},
    Reason{"mtu-bh-down-handshake", "not-enough-evidence", "a socket alone, with empty queues"},
};

Seen seen_in(const fs::path& folder, const std::vector<std::string>& files) {
  std::vector<std::string> texts;
  for (const auto& file : files)
    texts.push_back(text_of(folder / file));
  std::vector<diagnose::Exhibit> exhibits;
  for (std::size_t i = 0; i < files.size(); ++i)
    exhibits.push_back({files[i], texts[i]});
  auto read = diagnose::read_evidence(exhibits, nullptr, diagnose::Keep::failures);
  return Seen(std::get<diagnose::Observations>(std::move(read)));
}

/// Played on its own, as anybody would: it comes as it expects, and is named.
void expect_good(const Reproduction& made) {
  EXPECT_TRUE(load_scenario("made.toml", made.scenario).problems.empty()) << made.scenario;
  Replay replay({true, true});
  const auto played = replay.play(made.scenario);
  ASSERT_TRUE(played) << replay.why() << made.scenario;
  EXPECT_TRUE(played->result.ok()) << made.scenario;
  EXPECT_TRUE(played->named.names(made.verdict)) << played->named.id << made.scenario;
}

void expect_reproduction(const std::string& name, const std::vector<std::string>& files) {
  const auto seen = seen_in(kCases / name, files);
  const auto made = reproduce(seen, {});
  if (made.healthy) {
    EXPECT_TRUE(made.all.empty());
    return;
  }
  for (const auto& each : made.all) {
    if (!each.scenario.empty()) expect_good(each);
  }
  const std::string_view verdict = seen.diagnosis.incident.id;
  const bool known = std::ranges::any_of(
      kReasons, [&](const Reason& each) { return each.name == name && each.verdict == verdict; });
  EXPECT_NE(made.any(), known) << verdict << (known ? ": strike its reason out" : ": no scenario, ")
                               << (made.all.empty() ? "" : made.all.front().why_not);
}

class RealEvidence : public testing::TestWithParam<std::string> {};

TEST_P(RealEvidence, IsReproducedFromEachFileAndFromAll) {
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(kCases / GetParam()))
    files.insert(entry.path().filename().string());
  files.erase("case.json");
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    expect_reproduction(GetParam(), {file});
  }
  SCOPED_TRACE("all together");
  expect_reproduction(GetParam(), {files.begin(), files.end()});
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  auto name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Captures, RealEvidence, testing::ValuesIn(case_names()), test_name);

}  // namespace
}  // namespace misproxy::reproduce
