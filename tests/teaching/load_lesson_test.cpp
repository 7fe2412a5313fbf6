#include "teaching/load_lesson.hpp"

#include <gmock/gmock.h>

#include <set>

#include "scenario/diagnostic.hpp"

namespace misproxy::teaching {
namespace {

using testing::HasSubstr;

constexpr std::string_view kGood = R"(lesson = 1
id = "a"
title = "A"
scenario = "allow"
know = "k"
summary = "s"

[[step]]
know = "k"
run = "true"

[[step.see]]
pattern = 'HTTP (\d+)'
means = "m"

[[step.question]]
ask = "q"
capture = 'HTTP (\d+)'
hint = "h"
why = "w"
)";

std::string with(std::string_view part, std::string_view other) {
  std::string text(kGood);
  text.replace(text.find(part), part.size(), other);
  return text;
}

std::string problems_of(const std::string& text) {
  return to_text(load_lesson("x.toml", text).problems);
}

TEST(LoadLesson, TakesAWholeOne) {
  const auto loaded = load_lesson("x.toml", kGood);
  EXPECT_EQ(to_text(loaded.problems), "");
  EXPECT_EQ(loaded.lesson.scenario_of(loaded.lesson.steps.at(0)), "allow");
  EXPECT_TRUE(is_lesson(kGood));
  EXPECT_FALSE(is_lesson("# x\nschema = 1\n"));
}

TEST(LoadLesson, NamesThePlaceOfAnUnknownKey) {
  EXPECT_THAT(problems_of(with("hint =", "hnit =")), HasSubstr("x.toml:19:1: error"));
  EXPECT_THAT(problems_of(with("hint =", "hnit =")), HasSubstr("did you mean `hint`?"));
}

TEST(LoadLesson, NamesAnotherForm) {
  EXPECT_THAT(problems_of(with("lesson = 1", "lesson = 2")), HasSubstr("x.toml:1:10: error"));
}

TEST(LoadLesson, WantsAScenarioThatALabCanPlay) {
  EXPECT_THAT(problems_of(with("\"allow\"", "\"alow\"")),
              HasSubstr("x.toml:4:13: error: no scenario `alow` comes with misproxy"));
  EXPECT_THAT(problems_of(with("\"allow\"", "\"alow\"")), HasSubstr("did you mean `allow`?"));
}

TEST(LoadLesson, WantsRegularExpressions) {
  EXPECT_THAT(problems_of(with(R"('HTTP (\d+)'
means)",
                               "'HTTP (('\nmeans")),
              HasSubstr("x.toml:13:12: error: no regular expression"));
}

TEST(LoadLesson, WantsTheAnswerInAGroup) {
  EXPECT_THAT(problems_of(with("capture = 'HTTP (\\d+)'", "capture = 'HTTQ'")),
              HasSubstr("the answer is what a group holds, and there is none"));
}

TEST(LoadLesson, WantsOneFormOfAnswer) {
  EXPECT_THAT(problems_of(with("capture =", "count = 'x'\ncapture =")),
              HasSubstr("where is the answer?"));
}

TEST(LoadLesson, WantsSteps) {
  const auto text = std::string(kGood.substr(0, kGood.find("[[step]]"))) + "step = []\n";
  EXPECT_THAT(problems_of(text), HasSubstr("a lesson without a [[step]]"));
}

TEST(Course, HasEachSectionOnce) {
  std::set<std::string> ids;
  for (const auto& lesson : course())
    ids.insert(lesson.id);
  EXPECT_EQ(ids.size(), course().size());
  for (const auto* id :
       {"settings", "iprep-proxy-conf", "netstat", "curl", "tcpdump", "success", "denied",
        "download-time-out", "incomplete-transfer", "mtu-drop", "mtu-reset", "statuses",
        "credentials", "inspection", "dns", "pinned-address", "large-client-hello", "mistakes"})
    EXPECT_TRUE(ids.contains(id)) << id;
}

TEST(Course, AsksInEachStepOrLesson) {
  for (const auto& lesson : course()) {
    std::size_t questions = 0;
    for (const auto& step : lesson.steps)
      questions += step.questions.size();
    EXPECT_GE(questions, 2U) << lesson.id;
  }
}

}  // namespace
}  // namespace misproxy::teaching
