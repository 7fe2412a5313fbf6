// Two hundred exercises: each can be solved with what is handed out, is as hard as its level says,
// and gives nothing away.
#include "teaching/exercise.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"
#include "teaching/exercise_book.hpp"
#include "teaching/judge.hpp"
#include "teaching/leaks.hpp"
#include "teaching/sheet.hpp"

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

bool has_comments(std::string_view pcapng) {
  std::size_t options = 0;
  for (std::size_t at = 0; at + 12 <= pcapng.size();) {
    const auto u32 = [&](std::size_t where) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(pcapng[where])) |
             static_cast<std::uint32_t>(static_cast<unsigned char>(pcapng[where + 1])) << 8 |
             static_cast<std::uint32_t>(static_cast<unsigned char>(pcapng[where + 2])) << 16 |
             static_cast<std::uint32_t>(static_cast<unsigned char>(pcapng[where + 3])) << 24;
    };
    constexpr std::uint32_t kPacket = 6;
    const auto length = u32(at + 4);
    if (u32(at) == kPacket) {
      const auto frame = (u32(at + 20) + 3) / 4 * 4;
      options += length - 32 - frame;  // a packet has no other options than comments
    }
    at += length;
  }
  return options > 0;
}

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
  for (auto& fault : scenario.faults) {
    ++number;
    if (!fault.when.chance) fault.id = fmt::format("f{}", number);  // or others would be drawn
  }
  return scenario;
}

TEST_P(OfLevel, CanBeSolvedAndTellNothing) {
  std::set<std::string> scenarios;
  for (const auto& exercise : all()) {
    const auto& about = exercise.scenario().about;
    SCOPED_TRACE(fmt::format("seed {}: {}", exercise.wish.seed, about.id));
    scenarios.insert(about.id);
    const auto& handout = exercise.handout;
    const diagnose::Exhibit log{"client.log", handout.log};
    const diagnose::Exhibit capture{"capture.pcapng", handout.capture};
    expect_level(exercise, log, capture);
    EXPECT_TRUE(exercise.takes(exercise.truth));
    ExerciseBook book;
    book.begin(exercise.wish, "0.1.0");
    const auto named = fmt::format("{} {} {} {}", task_text(exercise), book_json(book),
                                   Handout::kCapture, Handout::kLog);
    for (const auto& name : test::names_of(exercise))
      EXPECT_FALSE(test::tells(named, name)) << name;
    for (const auto& secret : test::secrets_of(exercise))
      EXPECT_FALSE(test::tells(handout.capture + "\n" + handout.log, secret)) << secret;
    EXPECT_FALSE(has_comments(handout.capture));
    VirtualRunner runner{simulated::Limits{}};
    const auto other = played(nameless(exercise.scenario()), exercise.wish.seed, runner).handout;
    EXPECT_TRUE(other.capture == handout.capture) << "names of the scenario change the capture";
    EXPECT_EQ(other.log, handout.log);
    EXPECT_EQ(handout.capture.find("TRAFFIC_SECRET"), std::string::npos);
  }
  EXPECT_GE(scenarios.size(), GetParam() == kHardest ? 6U : 12U) << "the seed chooses";
}

TEST_P(OfLevel, HaveNothingWrongNowAndThen) {
  std::size_t healthy = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto one = make_exercise({seed, GetParam(), {}});
    ASSERT_TRUE(one);
    if (one->truth == "healthy") ++healthy;
  }
  if (GetParam() > 2) {
    EXPECT_EQ(healthy, 0U) << "there the client's log cannot tell how it ended";
  } else {
    EXPECT_GE(healthy, kSeeds / 16);
    EXPECT_LE(healthy, kSeeds / 4);
  }
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

/// All levels and seeds of the layer in which no lab is, and each can be solved with its files.
TEST(Exercises, OfLookUpsAreSolvedFromTheirFiles) {
  std::map<std::string, int> truths;
  std::set<std::string> cases;
  for (int level = kEasiest; level <= kHardest; ++level) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto one = make_exercise({seed, level, diagnose::Layer::dns});
      if (!one) continue;
      SCOPED_TRACE(fmt::format("seed {}, level {}: {}", seed, level, one->scenario().about.id));
      EXPECT_FALSE(one->has_lab());
      ++truths[one->truth];
      cases.insert(one->scenario().about.id);
      expect_level(*one, {"client.log", one->handout.log}, {"c.pcapng", one->handout.capture});
      for (const auto& name : test::names_of(*one))
        EXPECT_FALSE(test::tells(task_text(*one), name)) << name;
      for (const auto& secret : test::secrets_of(*one))
        EXPECT_FALSE(test::tells(one->handout.capture + one->handout.log, secret)) << secret;
      EXPECT_EQ(make_exercise(one->wish)->handout.capture, one->handout.capture);
    }
  }
  EXPECT_GT(truths["proxy-name-unresolved"], 10);
  EXPECT_GT(truths["healthy"], 0);
  EXPECT_GE(cases.size(), 6U);
}

TEST(Exercises, SayInTheSolutionWhatShowedIt) {
  const auto exercise = make_exercise({1, 3, {}});
  ASSERT_TRUE(exercise);
  const auto sheet = solution_text(*exercise);
  EXPECT_THAT(sheet, testing::HasSubstr(exercise->truth));
  EXPECT_THAT(sheet, testing::HasSubstr(exercise->scenario().about.id));
  EXPECT_THAT(sheet, testing::ContainsRegex("capture.pcapng packet [0-9]+: "));
  EXPECT_THAT(sheet, testing::HasSubstr("What to look at first:"));
}

}  // namespace
}  // namespace misproxy::teaching
