// `misproxy run --compare`: one scenario in two worlds.

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "support/lab_program.hpp"

namespace misproxy::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class LabCompare : public InTheLab {};

/// Those of which the ends decide alone what they send, and three with a stream that a proxy
/// forwards as fast as it can. scripts/test-lab has all.
TEST_F(LabCompare, VirtualAndLabTellTheSameSegments) {
  const auto done = misproxy({"run", "allow", "acl-deny-403", "inline-reset-on-large-segment",
                              "proxy-host-down", "syn-retries-two", "synack-lost", "checksum-wrong",
                              "first-sending-lost", "mss-clamp-too-small", "--compare",
                              "virtual,lab", "-j", "6", "--tries", "6", "--progress", "0"});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("9 of 9 agree\n"));
}

TEST_F(LabCompare, DrawsTheLaddersSideBySideInEightyColumns) {
  const auto done = misproxy({"run", "allow", "--compare", "virtual,lab", "--tries", "4"});
  EXPECT_EQ(done.code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr("allow, seed 1: virtual and lab agree"),
                              HasSubstr("at the client: 10.40.40.1 > 10.10.10.1:80\n"),
                              HasSubstr("at the proxy: 10.10.10.1 > 72.163.4.161:443\n")));
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 80U) << line;
}

/// A kernel's receive window grows, the model's does not.
TEST_F(LabCompare, WhatDiffersIsMarkedAndEndsWithOne) {
  const auto done = misproxy(
      {"run", "zero-window-stall", "--compare", "virtual,lab", "--tries", "1", "--format", "json"});
  EXPECT_EQ(done.code, 1);
  const auto told = boost::json::parse(done.out).as_object();
  EXPECT_FALSE(told.at("agree").as_bool());
  const auto& first = told.at("connections").as_array().front().as_object();
  EXPECT_EQ(first.at("at"), "client");
  const auto& difference = first.at("differences").as_array().front().as_object();
  EXPECT_TRUE(difference.contains("virtual") && difference.contains("lab"));
  EXPECT_FALSE(difference.at("why").as_string().empty());
}

TEST(Compare, VirtualAndLiveTellTheSameVerdictAndNormalForm) {
  const auto done = misproxy({"run", "allow", "acl-deny-403", "truncated-download", "--compare",
                              "virtual,live", "--progress", "0"});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("3 of 3 agree\n"));
}

TEST(Compare, RefusesInOneLineWhatItCannot) {
  const auto expect_refused = [](const std::vector<std::string>& words, const char* why) {
    const auto done = misproxy(words);
    EXPECT_EQ(done.code, 2) << done.out << done.err;
    EXPECT_THAT(done.err, HasSubstr(why));
  };
  expect_refused({"run", "allow", "--compare", "virtual"}, "is no two of virtual, live and lab");
  expect_refused({"run", "allow", "--compare", "lab,lab"}, "is no two of virtual, live and lab");
  expect_refused({"run", "allow", "--compare", "virtual,live", "--client", "curl"}, "--client");
  expect_refused({"run", "allow", "--tries", "2"}, "--compare");
  expect_refused({"run", "syn-lost", "--compare", "virtual,live"}, "needs packets of its own");
}

}  // namespace
}  // namespace misproxy::test
