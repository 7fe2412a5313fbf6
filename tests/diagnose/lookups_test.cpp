// Look-ups that came to nothing and were begun again, as packets alone tell of them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"

namespace misproxy::test {
namespace {

using testing::Contains;

diagnose::Diagnosis diagnosis_of_lines(const std::string& lines) {
  auto read = diagnose::read_evidence({{"lines", lines}}, nullptr);
  EXPECT_TRUE(std::holds_alternative<diagnose::Observations>(read));
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read)));
}

std::string asked_at(const std::string& time, int id, const std::string& type, int port = 34461) {
  return fmt::format("16:30:{} IP 10.60.1.2.{} > 10.50.1.1.53: {}+ {}? proxy.corp.example. (40)\n",
                     time, port, id, type);
}

std::string answered_at(const std::string& time, int id, const std::string& words) {
  return fmt::format("16:30:{} IP 10.50.1.1.53 > 10.60.1.2.34461: {} {} (90)\n", time, id, words);
}

/// A SYN to the address that was found, and what a proxy said to it.
std::string connected_at(const std::string& time) {
  return fmt::format(
      "16:30:{0} IP 10.60.1.2.40000 > 10.9.9.9.80: Flags [S], seq 1, length 0\n"
      "16:30:{0} IP 10.9.9.9.80 > 10.60.1.2.40000: Flags [S.], seq 5, ack 2, length 0\n"
      "16:30:{0} IP 10.60.1.2.40000 > 10.9.9.9.80: Flags [.], ack 6, length 0\n",
      time);
}

const std::string kFound = "1/0/0 A 10.9.9.9";

TEST(Lookups, AClientThatGaveUpAndTriedAgainIsTold) {
  const auto answered = asked_at("11.0", 3, "A") + answered_at("11.1", 3, kFound);
  const std::pair<std::string, std::string> kFirst[]{
      // Repeated with its ID, so by the resolver; then a new one.
      {asked_at("00.0", 1, "A") + asked_at("05.0", 1, "A"), "dns-unanswered"},
      {asked_at("00.0", 1, "A") + answered_at("00.1", 1, "ServFail 0/0/0") +
           asked_at("00.2", 1, "A") + answered_at("00.3", 1, "ServFail 0/0/0"),
       "proxy-name-unresolved"},
      {asked_at("00.0", 1, "A") + answered_at("00.1", 1, "NXDomain 0/1/0"),
       "proxy-name-unresolved"},
      {asked_at("00.0", 1, "A") + answered_at("00.1", 1, "0/1/0"), "proxy-name-unresolved"}};
  for (const auto& [first, id] : kFirst) {
    const auto found = diagnosis_of_lines(first + answered + connected_at("12.0"));
    EXPECT_EQ(found.incident.id, id) << first;
    EXPECT_EQ(found.incident.confidence, diagnose::Confidence::likely);
    EXPECT_THAT(found.incident.alternatives, Contains("healthy"));
  }
}

TEST(Lookups, WhatAResolverDoesByItselfIsNoFailure) {
  const std::string kOrdinary[]{
      // No IPv6 address; and the answer to a repetition.
      asked_at("00.0", 1, "A") + asked_at("00.0", 2, "AAAA") + answered_at("00.1", 1, kFound) +
          answered_at("00.1", 2, "0/1/0"),
      asked_at("00.0", 1, "A") + answered_at("00.1", 1, "ServFail 0/0/0") +
          asked_at("00.2", 1, "A") + answered_at("00.3", 1, kFound),
      // AAAA is asked for by itself, and A by another look-up.
      asked_at("00.0", 1, "AAAA") + answered_at("00.1", 1, "0/1/0") + asked_at("00.2", 2, "A") +
          answered_at("00.3", 2, kFound),
      // Asked anew at once, by a resolver that takes another ID each time.
      asked_at("00.0", 1, "A") + answered_at("00.1", 1, "ServFail 0/0/0") +
          asked_at("00.1", 2, "A") + answered_at("00.2", 2, kFound)};
  for (const auto& lines : kOrdinary)
    EXPECT_NE(diagnosis_of_lines(lines + connected_at("01.0")).incident.layer, diagnose::Layer::dns)
        << lines;
}

TEST(Lookups, AConnectionThatWaitedForItsNameIsRemarked) {
  const auto half = asked_at("00.0", 1, "A") + asked_at("00.0", 2, "AAAA") +
                    answered_at("00.1", 1, kFound) + connected_at("06.0");
  EXPECT_THAT(diagnosis_of_lines(half).remarks,
              Contains("A connection waited 6.0 s for the name proxy.corp.example, of which one "
                       "question, for A or AAAA, has no answer (lines line 1)."));
  const auto late =
      asked_at("00.0", 1, "A") + answered_at("01.5", 1, kFound) + connected_at("09.0");
  EXPECT_THAT(
      diagnosis_of_lines(late).remarks,
      Contains("A connection waited 1.5 s for the name proxy.corp.example (lines line 1)."));
}

TEST(Lookups, ThatThereIsNoAaaaSaysNothingOfA) {
  const auto found = diagnosis_of_lines(asked_at("00.0", 1, "A") + asked_at("00.0", 2, "AAAA") +
                                        answered_at("00.1", 2, "0/1/0") + asked_at("05.0", 1, "A"));
  EXPECT_EQ(found.incident.id, "dns-unanswered");
}

}  // namespace
}  // namespace misproxy::test
