#include "fault/hidden.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenario/loader.hpp"
#include "support/plans.hpp"

namespace misproxy {
namespace {

constexpr auto kNone = "";

struct Part {
  const char* when;
  const char* deed;
};

/// The faults of a file, whatever `check` says of them.
std::vector<Fault> faults_of(const std::vector<Part>& parts) {
  std::string text =
      "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n[[origin]]\nhost = 'a.test'\n";
  char id = 'a';
  for (const auto& part : parts)
    text += test::fault_text(std::string(1, id++), part.when, part.deed);
  const auto loaded = load_scenario("x.toml", text);
  for (const auto& problem : loaded.problems)
    EXPECT_NE(problem.message.find("never acts"), std::string::npos) << to_text(problem);
  return loaded.scenario.faults;
}

/// Who of a file's faults, named a, b, ..., is hidden by whom: "b<a".
std::string hidden(const std::vector<Part>& parts) {
  std::string text;
  for (const auto& each : hidden_faults(faults_of(parts)))
    text += fmt::format("{}{}<{}", text.empty() ? "" : " ", static_cast<char>('a' + each.fault),
                        static_cast<char>('a' + each.by));
  return text;
}

constexpr auto kDeny = "respond = { status = 403 }";
constexpr auto kFine = "respond = { status = 200 }";
constexpr auto kFirst = "respond = { status = 103 }";
constexpr auto kReset = "close = { how = 'rst' }";
constexpr auto kStall = "stall = {}";
constexpr auto kPause = "stall = { for_ms = 5 }";
constexpr auto kFlip = "corrupt = {}";

struct Pair {
  const char* why;
  Part first;
  Part second;
  const char* expected;
};

void all_are_as_expected(const std::vector<Pair>& pairs) {
  for (const auto& pair : pairs)
    EXPECT_EQ(hidden({pair.first, pair.second}), pair.expected) << pair.why;
}

TEST(Hidden, WhatEndsAConversationHidesWhatFollows) {
  all_are_as_expected({
      {"two answers", {"point = 'reply'", kDeny}, {"point = 'reply'", kDeny}, "b<a"},
      {"two answers, 2xx", {"point = 'reply'", kFine}, {"point = 'reply'", kDeny}, "b<a"},
      {"a 2xx ends nothing", {"point = 'reply'", kFine}, {"point = 'reply'", kReset}, kNone},
      {"a 2xx earlier", {"point = 'auth'", kFine}, {"point = 'reply'", kDeny}, "b<a"},
      {"a 1xx is no answer", {"point = 'reply'", kFirst}, {"point = 'reply'", kDeny}, kNone},
      {"a stall ends", {"point = 'accept'", kStall}, {"point = 'close'", kReset}, "b<a"},
      {"a pause does not", {"point = 'accept'", kPause}, {"point = 'tunnel'", kReset}, kNone},
      {"an earlier point, later in the file",
       {"point = 'tunnel'", kReset},
       {"point = 'auth'", kDeny},
       "a<b"},
      {"the later point hides nothing earlier",
       {"point = 'reply'", kDeny},
       {"point = 'auth'", kPause},
       kNone},
      {"a wait ends it all the same",
       {"point = 'auth', after_ms = 5", kDeny},
       {"point = 'auth'", kReset},
       "b<a"},
      {"the proxy's words for an origin that is gone",
       {"point = 'upstream-connect'", "upstream-refused = {}"},
       {"point = 'reply'", kReset},
       "b<a"},
      {"two requests inside",
       {"point = 'inner-request'", kFine},
       {"point = 'inner-request'", kDeny},
       "b<a"},
      {"the path goes on", {"point = 'accept'", kStall}, {"point = 'path'", "drop = {}"}, kNone},
      {"the path hides nothing",
       {"point = 'path'", kReset},
       {"point = 'path'", "drop = {}"},
       kNone},
  });
}

TEST(Hidden, ConditionsMustHoldWhereverTheOthersDo) {
  const auto with = [](const char* first, const char* second) {
    const auto one = fmt::format("point = 'reply'{}", first);
    const auto two = fmt::format("point = 'tunnel'{}", second);
    return hidden({{one.c_str(), kDeny}, {two.c_str(), kReset}});
  };
  EXPECT_EQ(with("", ""), "b<a");
  EXPECT_EQ(with("", ", host = 'a.test', times = 1, chance = 0.5, connection = 2"), "b<a");
  EXPECT_EQ(with(", host = 'a.test'", ""), kNone);
  EXPECT_EQ(with(", host = 'a.test'", ", host = 'a.test'"), "b<a");
  EXPECT_EQ(with(", host = 'a.test'", ", host = 'b.test'"), kNone);
  EXPECT_EQ(with(", host = '*.test'", ", host = 'b.test'"), "b<a");
  EXPECT_EQ(with(", host = 'b.*'", ", host = '*.test'"), kNone);
  EXPECT_EQ(with(", client = '10.0.0.0/8'", ""), kNone);
  EXPECT_EQ(with(", client = '10.0.0.0/8'", ", client = '10.0.0.0/8'"), "b<a");
  EXPECT_EQ(with(", times = 1", ", times = 1"), kNone) << "the second time";
  EXPECT_EQ(with(", chance = 0.5", ", chance = 0.5"), kNone) << "each has a draw of its own";
  EXPECT_EQ(with(", chance = 1", ""), "b<a");
  EXPECT_EQ(with(", attempt = 1", ", attempt = '1..2'"), kNone);
  EXPECT_EQ(with(", attempt = '1..2'", ", attempt = 2"), "b<a");
  EXPECT_EQ(with(", attempt = [1, '2..3']", ", attempt = '1..3'"), "b<a");
  EXPECT_EQ(with(", attempt = [1, '3..']", ", attempt = '1..3'"), kNone);
  EXPECT_EQ(with(", attempt = ['2..', 1]", ""), "b<a");
  EXPECT_EQ(with(", connection = '2..'", ""), kNone);
  EXPECT_EQ(with(", method = 'CONNECT'", ""), kNone);
}

TEST(Hidden, OfOneStreamTheEarlierByteHidesTheLater) {
  const char* at_ten = "point = 'tunnel', direction = 'to_client', offset_bytes = 10";
  const char* at_nine = "point = 'tunnel', direction = 'to_client', offset_bytes = 9";
  const char* other_way = "point = 'tunnel', direction = 'to_origin', offset_bytes = 10";
  const char* whole = "point = 'tunnel', direction = 'to_client'";
  all_are_as_expected({
      {"the same byte", {at_ten, kReset}, {at_ten, kFlip}, "b<a"},
      {"a bend first", {at_ten, kFlip}, {at_ten, kReset}, kNone},
      {"an earlier byte", {at_ten, kFlip}, {at_nine, kReset}, "a<b"},
      {"a later one", {at_nine, kFlip}, {at_ten, kReset}, kNone},
      {"the other way", {other_way, kReset}, {at_ten, kFlip}, kNone},
      {"the start is before all bytes", {"point = 'tunnel'", kReset}, {at_nine, kFlip}, "b<a"},
      {"a bend of all bytes", {at_nine, kReset}, {whole, kFlip}, kNone},
      {"two at the start, in order", {whole, kFlip}, {"point = 'tunnel'", kReset}, kNone},
      {"the same idleness",
       {"point = 'idle', idle_ms = 5", kReset},
       {"point = 'idle', idle_ms = 6", kStall},
       "b<a"},
      {"time and bytes", {at_nine, kReset}, {"point = 'tunnel', after_ms = 5", kStall}, kNone},
      {"flights and bytes",
       {at_nine, kReset},
       {"point = 'tunnel', direction = 'to_client', flight_over_bytes = 10", kReset},
       kNone},
      {"bytes of the reply",
       {"point = 'reply', offset_bytes = 5", kReset},
       {"point = 'reply', offset_bytes = 6", kFlip},
       "b<a"},
      {"an answer has bytes too",
       {"point = 'auth'", kDeny},
       {"point = 'reply', offset_bytes = 6", kFlip},
       kNone},
      {"one end is another's",
       {"point = 'close', direction = 'to_client'", kReset},
       {"point = 'close', direction = 'to_origin'", kStall},
       kNone},
  });
}

TEST(Hidden, AnAnswerThatMayComeTooLateEndsNothing) {
  EXPECT_EQ(hidden({{"point = 'auth', chance = 0.5", kFine},
                    {"point = 'reply'", kDeny},
                    {"point = 'tunnel'", kReset}}),
            kNone);
}

}  // namespace
}  // namespace misproxy
