// Two hundred exercises: each can be solved with what is handed out, is as hard as its level says,
// and gives nothing away.
#include "teaching/exercise.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"
#include "teaching/exercise_book.hpp"
#include "teaching/judge.hpp"
#include "teaching/leaks.hpp"

namespace misproxy::teaching {
namespace {

using diagnose::Confidence;

constexpr std::uint64_t kSeeds = 40;  // of each of five levels

diagnose::Verdict named(const std::vector<diagnose::Exhibit>& exhibits) {
  auto read = diagnose::read_evidence(exhibits);
  if (!std::holds_alternative<diagnose::Observations>(read)) return {};
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read))).incident;
}

bool names(const diagnose::Verdict& verdict, const std::string& truth) {
  return verdict.id == truth && verdict.confidence != Confidence::ambiguous;
}

class OfLevel : public testing::TestWithParam<int> {
 protected:
  static std::vector<Exercise> all() {
    std::vector<Exercise> made;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      auto one = make_exercise({seed, GetParam(), {}});
      EXPECT_TRUE(one) << "seed " << seed;
      if (one) made.push_back(std::move(*one));
    }
    return made;
  }
};

/// What a level says, in terms of the files that students have.
void expect_level(const Exercise& exercise, const diagnose::Exhibit& log,
                  const diagnose::Exhibit& capture) {
  const auto& truth = exercise.truth;
  const auto of_log = named({log});
  const auto of_capture = named({capture});
  const auto of_both = named({log, capture});
  const auto sure = [&](const auto& verdict) {
    return names(verdict, truth) && verdict.confidence == Confidence::certain;
  };
  const int level = exercise.wish.level;
  EXPECT_EQ(level == 1, sure(of_log) && sure(of_capture));
  EXPECT_EQ(level <= 2, names(of_log, truth));
  if (level >= 3) {
    EXPECT_EQ(level == 3, names(of_capture, truth));
  }
  EXPECT_EQ(level <= 4, names(of_both, truth));
  EXPECT_TRUE(of_both.id == truth ||
              testing::Value(of_both.alternatives, testing::Contains(std::string_view(truth))));
}

/// The same, and nothing in it says what it is.
Scenario nameless(Scenario scenario) {
  scenario.about = {"x", "x", "x", "x"};
  scenario.expect = {};
  int number = 0;
  for (auto& fault : scenario.faults)
    fault.id = fmt::format("f{}", ++number);
  return scenario;
}

TEST_P(OfLevel, CanBeSolvedAndTellNothing) {
  std::set<std::string> scenarios;
  for (const auto& exercise : all()) {
    const auto& about = exercise.scenario.about;
    SCOPED_TRACE(fmt::format("seed {}: {}", exercise.wish.seed, about.id));
    scenarios.insert(about.id);
    const auto& handout = exercise.handout;
    const diagnose::Exhibit log{"client.log", handout.log};
    const diagnose::Exhibit capture{"capture.pcapng", handout.capture};
    expect_level(exercise, log, capture);
    EXPECT_TRUE(exercise.takes(exercise.truth));
    ExerciseBook book;
    book.begin(exercise.wish, "0.1.0");
    const auto seen =
        handout.capture + "\n" + handout.log + "\n" + task_text(exercise) + "\n" + book_json(book);
    for (const auto& secret : test::secrets_of(exercise))
      EXPECT_FALSE(test::tells(seen, secret)) << secret;
    const auto other = handout_of(nameless(exercise.scenario), exercise.wish.seed);
    EXPECT_TRUE(other.capture == handout.capture) << "names of the scenario change the capture";
    EXPECT_EQ(other.log, handout.log);
    EXPECT_EQ(handout.capture.find("TRAFFIC_SECRET"), std::string::npos);
  }
  EXPECT_GE(scenarios.size(), GetParam() == kHardest ? 6U : 12U) << "the seed chooses";
}

TEST_P(OfLevel, AreTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto one = make_exercise({seed, GetParam(), {}});
    const auto other = make_exercise({seed, GetParam(), {}});
    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->handout.capture, other->handout.capture);
    EXPECT_EQ(one->handout.log, other->handout.log);
    EXPECT_EQ(task_text(*one), task_text(*other));
    EXPECT_EQ(solution_text(*one), solution_text(*other));
  }
}

TEST_P(OfLevel, HaveHintsThatDoNotNameIt) {
  const auto exercise = make_exercise({1, GetParam(), {}});
  ASSERT_TRUE(exercise);
  EXPECT_GE(hints(*exercise).size(), 2U);
  for (const auto& hint : hints(*exercise))
    EXPECT_FALSE(test::tells(hint, exercise->truth)) << hint;
}

INSTANTIATE_TEST_SUITE_P(Exercises, OfLevel, testing::Values(1, 2, 3, 4, 5));

TEST(Exercises, AreOfTheLayerThatIsAskedFor) {
  for (const auto layer : {diagnose::Layer::tcp, diagnose::Layer::tls, diagnose::Layer::proxy}) {
    const auto exercise = make_exercise({1, 1, layer});
    ASSERT_TRUE(exercise);
    EXPECT_EQ(exercise->layer, layer);
  }
  EXPECT_FALSE(make_exercise({1, 5, diagnose::Layer::dns}));
}

TEST(Exercises, SayInTheSolutionWhatShowedIt) {
  const auto exercise = make_exercise({1, 3, {}});
  ASSERT_TRUE(exercise);
  const auto sheet = solution_text(*exercise);
  EXPECT_THAT(sheet, testing::HasSubstr(exercise->truth));
  EXPECT_THAT(sheet, testing::HasSubstr(exercise->scenario.about.id));
  EXPECT_THAT(sheet, testing::ContainsRegex("capture.pcapng packet [0-9]+: "));
  EXPECT_THAT(sheet, testing::HasSubstr("What to look at first:"));
}

}  // namespace
}  // namespace misproxy::teaching
