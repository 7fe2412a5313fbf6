// Every verdict that a run can produce is shown by a scenario that comes with misproxy.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "diagnose/lesson.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"

namespace misproxy::diagnose {
namespace {

/// Those that no scenario shows, and why. Who adds the scenario strikes the line out.
const std::map<std::string_view, std::string_view> kWithout{
    {"not-enough-evidence", "what a run leaves is whole"},
    {"host-name-unresolved", "asked for by a client that goes around the proxy: none of the cast"},
    {"server-credentials-not-proxy", "told by curl's command, which no log of a run has"},
    {"tls-handshake-ended", "told of a client that leaves without an alert: none of the cast"},
    {"client-abort", "waits for: a client that somebody stops"},
    {"origin-unreachable", "told by the proxy's own connection, which no client's end shows"},
    {"proxy-bypassed", "told of a client that goes around the proxy: none of the cast"},
    {"proxy-settings-wrong", "told of settings, not of a run"},
    {"proxy-name-too-long", "told of settings, not of a run"},
};

std::set<std::string, std::less<>> shown_verdicts() {
  std::set<std::string, std::less<>> shown;
  for (const auto& file : bundled_scenarios()) {
    const auto loaded = load_scenario(std::string(file.path), file.text);
    const auto& verdict = loaded.scenario.expect.verdict;
    if (!verdict) continue;
    EXPECT_NE(find_lesson(*verdict), nullptr) << file.path << " expects " << *verdict;
    shown.insert(*verdict);
  }
  return shown;
}

TEST(Library, ShowsEveryVerdictOrSaysWhyNot) {
  const auto shown = shown_verdicts();
  for (const auto& lesson : lessons()) {
    EXPECT_NE(shown.contains(lesson.id), kWithout.contains(lesson.id))
        << lesson.id << (shown.contains(lesson.id) ? ": strike its reason out" : ": no scenario");
  }
}

TEST(Library, GivesReasonsForVerdictsThatExist) {
  for (const auto& [id, why] : kWithout) {
    EXPECT_NE(find_lesson(id), nullptr) << id;
    EXPECT_FALSE(why.empty()) << id;
  }
}

TEST(Library, TeachesInEveryScenario) {
  constexpr std::size_t kLeast = 80;  // a sentence of substance
  for (const auto& file : bundled_scenarios()) {
    const auto loaded = load_scenario(std::string(file.path), file.text);
    EXPECT_GE(loaded.scenario.about.teaches.size(), kLeast) << file.path;
  }
}

}  // namespace
}  // namespace misproxy::diagnose
