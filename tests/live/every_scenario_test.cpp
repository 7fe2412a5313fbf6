// Every scenario of the library, served to this machine's curl.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "core/glob.hpp"
#include "packets/comments.hpp"
#include "runner/run.hpp"
#include "support/captures.hpp"
#include "support/talks.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

std::int64_t measured(const TraceLine& line, std::string_view key) {
  for (const auto& field : line.event.measured) {
    if (field.first == key) return std::get<std::int64_t>(field.second);
  }
  ADD_FAILURE() << "no " << key;
  return -1;
}

/// The capture holds what the proxy's sockets did: each connection of the trace with every byte.
void expect_whole(const std::string& path, const std::map<int, Talk>& all,
                  const std::vector<TraceLine>& trace) {
  const auto closed = std::ranges::count(trace, std::string_view("closed"),
                                         [](const TraceLine& line) { return line.event.name; });
  EXPECT_GE(closed, 1);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(closed));
  for (const auto& line : trace) {
    if (line.event.name != "closed") continue;
    const auto talk = all.find(static_cast<int>(measured(line, "client_port")));
    ASSERT_NE(talk, all.end());
    EXPECT_EQ(measured(line, "bytes_in"), talk->second.from_client);
    EXPECT_EQ(measured(line, "bytes_out"), talk->second.to_client);
  }
  EXPECT_EQ(remarks(path), "");
  std::string comments;
  for (const auto& [number, comment] : evidence::packet_comments(path))
    comments += comment + "\n";
  for (const auto& line : trace) {
    if (line.event.cause != Cause::injected) continue;
    EXPECT_THAT(comments, HasSubstr(fmt::format("{}: {}", line.event.fault, line.event.name)));
  }
}

class EveryScenario : public testing::TestWithParam<std::string> {};

/// Exit code, both status codes and message, as the scenario says; its faults in the trace; and a
/// capture that has all of it.
TEST_P(EveryScenario, CurlReportsWhatTheScenarioSaysAndTheCaptureIsWhole) {
  const auto scenario = bundled_scenario(GetParam());
  const auto& expected = curl_expectation(scenario);
  Captured captured({GetParam()});
  auto& served = captured.served;
  const auto result = curl(curl_arguments(served.ready(), scenario.client), scenario.client);
  EXPECT_EQ(result.exit, expected.exit) << result.message;
  EXPECT_EQ(result.http_connect, expected.http_connect);
  EXPECT_EQ(result.http_code, expected.http_code);
  EXPECT_TRUE(glob_matches(expected.message.value_or("*"), result.message)) << result.message;
  served.stop();
  const auto trace = served.trace();
  RunResult compared;  // which faults acted, and which had to
  compare_trace(scenario, trace, false, compared);
  EXPECT_THAT(compared.mismatches, testing::IsEmpty());
  const bool injected = std::ranges::any_of(
      trace, [](const TraceLine& line) { return line.event.cause == Cause::injected; });
  EXPECT_EQ(injected, !compared.fired.empty());
  if (!scenario.proxy.listens) return;  // where nobody listens, nothing connects
  expect_whole(captured.path, talks(captured.path, {served.port()}), trace);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryScenario, testing::ValuesIn(bundled_ids()),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace misproxy::test
