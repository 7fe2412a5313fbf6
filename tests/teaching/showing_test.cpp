#include "teaching/showing.hpp"

#include <gtest/gtest.h>

namespace misproxy::teaching {
namespace {

Showing showing(std::string_view output, std::string_view wire = "") {
  return {"c", lines_of(output), lines_of(wire), {}};
}

Question capture(const std::string& pattern, bool last = false) {
  Question question;
  question.capture = pattern;
  question.last = last;
  return question;
}

TEST(Answers, AreCapturedFromTheOutput) {
  const std::vector<Showing> runs{showing("HTTP/1.1 200 OK\r\nHTTP/2 302\n")};
  EXPECT_EQ(answer_in(runs, capture(R"(^HTTP/\S+ (\d+))")), "200");
  EXPECT_EQ(answer_in(runs, capture(R"(^HTTP/\S+ (\d+))", true)), "302");
  EXPECT_EQ(answer_in(runs, capture("no (such)")), std::nullopt);
}

TEST(Answers, AreThoseOfTheLastRunThatHasThem) {
  const std::vector<Showing> runs{showing("port 1\n"), showing("port 2\n"), showing("nothing\n")};
  EXPECT_EQ(answer_in(runs, capture(R"(port (\d))")), "2");
}

TEST(Answers, AreCounted) {
  Question question;
  question.count = "403";
  EXPECT_EQ(answer_in({showing("403\n200\n403\n")}, question), "2");
}

TEST(Answers, AreYesOrNoOfTheLastRun) {
  Question question;
  question.holds = "Flags \\[R";
  question.in = Part::wire;
  EXPECT_EQ(answer_in({showing("", "Flags [R], seq 1\n")}, question), "yes");
  EXPECT_EQ(answer_in({showing("", "Flags [R]\n"), showing("Flags [R]\n", "")}, question), "no");
}

TEST(Answers, AreTakenAsPeopleWriteThem) {
  EXPECT_TRUE(is_answer("403", "403"));
  EXPECT_TRUE(is_answer("it is 403 Forbidden", "403"));
  EXPECT_TRUE(is_answer("1,448 bytes", "1448"));
  EXPECT_TRUE(is_answer("\"Dns_Error\".", "dns_error"));
  EXPECT_TRUE(is_answer("Y", "yes"));
  EXPECT_TRUE(is_answer(" no ", "no"));
  EXPECT_FALSE(is_answer("40", "403"));
  EXPECT_FALSE(is_answer("yes", "no"));
  EXPECT_FALSE(is_answer("", "403"));
  EXPECT_FALSE(is_answer("400 401 402 403 404 405 406 407", "403")) << "guessing";
}

TEST(Looks, AreForOneLine) {
  const auto run = showing("a\nb\n");
  EXPECT_TRUE(shows(run, {"^b$", "", Part::output}));
  EXPECT_FALSE(shows(run, {"^b$", "", Part::wire}));
}

TEST(Looks, SurviveLongLines) {
  EXPECT_FALSE(shows(showing(std::string(1 << 20, 'a')), {"(a|b)*c", "", Part::output}));
}

}  // namespace
}  // namespace misproxy::teaching
