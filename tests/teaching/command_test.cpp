// learn, exercise and answer as commands, without a lab.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "support/served.hpp"
#include "support/tree.hpp"
#include "teaching/exercise.hpp"
#include "teaching/leaks.hpp"
#include "teaching/load_lesson.hpp"
#include "teaching/score.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

/// A student with a state folder of their own.
class Student {
 public:
  struct Done : Finished {
    std::string unbroken;  // stdout, as one line
  };

  Done does(std::vector<std::string> words) const {
    words.insert(words.begin(), MISPROXY_BINARY);
    Done done{run(words, {"XDG_STATE_HOME=" + home(), "USER=ann", "LOGNAME=ann"}), {}};
    done.unbroken = done.out;
    std::ranges::replace(done.unbroken, '\n', ' ');
    return done;
  }
  std::string home() const { return (folder_ / "home").string(); }
  std::string state(const std::string& name) const {
    return text_of(fs::path(home()) / "misproxy" / name);
  }
  std::string place(const std::string& name) const { return (folder_ / name).string(); }
  void put(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(home()) / "misproxy");
    fs::permissions(fs::path(home()) / "misproxy", fs::perms::owner_all);
    fs::rename(folder_.write(name, text), fs::path(home()) / "misproxy" / name);
  }

 private:
  Folder folder_;
};

TEST(Learn, ListsTheLessonsAsTextAndJson) {
  const Student ann;
  const auto text = ann.does({"learn"});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("  1  The settings: host, port, user\n"));
  EXPECT_THAT(text.err, HasSubstr("misproxy learn 1 is next"));
  const auto json = ann.does({"learn", "--list", "--format", "json"});
  EXPECT_THAT(json.out, HasSubstr(R"({"lesson":1,"id":"settings",)"));
  EXPECT_EQ(std::ranges::count(json.out, '\n'),
            static_cast<std::ptrdiff_t>(teaching::course().size()));
}

TEST(Learn, PrintsALessonWithoutALab) {
  const Student ann;
  const auto told = ann.does({"learn", "mtu-drop", "--read"});
  EXPECT_EQ(told.code, 0);
  EXPECT_THAT(told.out, HasSubstr("Large segments vanish"));
}

TEST(Learn, KnowsWhichLessonWasMeant) {
  const Student ann;
  EXPECT_EQ(ann.does({"learn", "99"}).code, 2);
  const auto slip = ann.does({"learn", "netsat"});
  EXPECT_EQ(slip.code, 2);
  EXPECT_THAT(slip.err, HasSubstr("did you mean netstat?"));
}

TEST(Learn, KeepsDamagedProgressAside) {
  const Student ann;
  ann.put("lessons.json", "{\"version\":7}");
  const auto told = ann.does({"learn"});
  EXPECT_EQ(told.code, 0);
  EXPECT_THAT(told.err, HasSubstr("lessons.json.kept-1"));
  EXPECT_EQ(ann.state("lessons.json.kept-1"), "{\"version\":7}");
  EXPECT_EQ(ann.does({"learn"}).err.find("kept"), std::string::npos) << "it is said once";
}

TEST(Learn, ForgetsWhenAsked) {
  const Student ann;
  ann.put("lessons.json",
          R"({"version":1,"lessons":{"curl":{"steps":1,"right":1,"asked":1,"done":false}}})");
  EXPECT_THAT(ann.does({"learn"}).out, HasSubstr("1 of 3 steps"));
  EXPECT_EQ(ann.does({"learn", "4", "--reset"}).code, 0);
  EXPECT_THAT(ann.does({"learn"}).out, Not(HasSubstr("1 of 3 steps")));
}

TEST(Check, KnowsLessons) {
  const Folder folder;
  const auto good = misproxy({"check", MISPROXY_SOURCE_DIR "/scenarios/lessons"});
  EXPECT_EQ(good.code, 0) << good.err;
  const auto path = folder.write("x.toml", "lesson = 1\nid = 5\n");
  const auto bad = misproxy({"check", path});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("x.toml:2:6: error:"));
  EXPECT_EQ(misproxy({"check", MISPROXY_SOURCE_DIR "/scenarios"}).code, 0);
}

std::vector<std::string> capture_only(const Student& student, int seed, int level) {
  return {"exercise",       "--seed", std::to_string(seed), "--level", std::to_string(level),
          "--capture-only", "--out",  student.place("case")};
}

TEST(Answer, ToNoExerciseIsSaid) {
  const Student ann;
  const auto told = ann.does({"answer", "proxy-denied"});
  EXPECT_EQ(told.code, 2);
  EXPECT_THAT(told.err, HasSubstr("`misproxy exercise` begins one"));
}

TEST(Answer, IsJudgedWithTheEvidence) {
  const Student ann;
  const auto exercise = teaching::make_exercise({5, 3, {}});
  ASSERT_TRUE(exercise);
  ASSERT_EQ(ann.does(capture_only(ann, 5, 3)).code, 0);
  const auto words = ann.does({"answer", "xyzzy"});
  EXPECT_EQ(words.code, 2);
  EXPECT_THAT(words.err, HasSubstr("did not count"));
  const auto wrong = ann.does({"answer", "proxy-name-unresolved"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.unbroken, HasSubstr(", and nothing else of the layer "));
  EXPECT_FALSE(tells(wrong.out + wrong.err, exercise->truth));
  EXPECT_EQ(ann.does({"exercise", "--hint"}).code, 0);
  const auto right = ann.does({"answer", exercise->truth});
  EXPECT_EQ(right.code, 0);
  EXPECT_THAT(right.unbroken, HasSubstr("60 points"));
  EXPECT_THAT(right.out, HasSubstr("What to look at first:"));
  EXPECT_THAT(right.out, HasSubstr("capture.pcapng packet"));
  EXPECT_EQ(ann.does({"answer", exercise->truth}).code, 2) << "it is over";
}

TEST(Answer, IsPartlyRightWhereTheLayerIs) {
  const Student ann;
  const auto exercise = teaching::make_exercise({1, 1, diagnose::Layer::tls});
  auto words = capture_only(ann, 1, 1);
  words.insert(words.end(), {"--layer", "tls"});
  ASSERT_EQ(ann.does(words).code, 0);
  const auto* other = exercise->truth == "tls-version" ? "tls-closed" : "tls-version";
  const auto partly = ann.does({"answer", other});
  EXPECT_EQ(partly.code, 1);
  EXPECT_THAT(partly.unbroken, HasSubstr("Partly right: it is in the layer tls"));
  EXPECT_THAT(ann.does({"answer", "--give-up"}).unbroken, HasSubstr("30 points"));
}

TEST(Exercise, LeavesNothingThatGivesItAway) {
  for (int level = 1; level <= 5; ++level) {
    const Student ann;
    const auto exercise = teaching::make_exercise({11, level, {}});
    ASSERT_TRUE(exercise);
    const auto told = ann.does(capture_only(ann, 11, level));
    ASSERT_EQ(told.code, 0) << told.err;
    std::string seen = told.out + told.err;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ann.home()).parent_path())) {
      seen += "\n" + entry.path().string() + "\n";
      if (entry.is_regular_file()) seen += text_of(entry.path());
    }
    for (const auto& secret : secrets_of(*exercise))
      EXPECT_FALSE(tells(seen, secret)) << exercise->scenario().about.id << ": " << secret;
  }
}

TEST(Exercise, ThatWasLeftIsTakenUpAgain) {
  const Student ann;
  ASSERT_EQ(ann.does(capture_only(ann, 1, 1)).code, 0);
  ASSERT_EQ(ann.does({"exercise", "--hint"}).code, 0);
  fs::remove_all(ann.place("case"));
  const auto other = ann.does(capture_only(ann, 2, 1));
  EXPECT_THAT(other.err, HasSubstr("--seed 1 --level 1"));
  fs::remove_all(ann.place("case"));
  ASSERT_EQ(ann.does(capture_only(ann, 1, 1)).code, 0);
  EXPECT_THAT(ann.state("exercises.json"), HasSubstr(R"("seed":1,"level":1,"hints":1)"));
}

TEST(Exercise, OfLookUpsIsFilesOnly) {
  const Student ann;
  const auto refused = ann.does({"exercise", "--layer", "dns"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(
      refused.err,
      HasSubstr("misproxy exercise --seed 1 --level 1 --layer dns --capture-only --out DIR"));
  EXPECT_EQ(ann.state("exercises.json"), "") << "it has not begun";
  ASSERT_EQ(
      ann.does({"exercise", "--layer", "dns", "--capture-only", "--out", ann.place("case")}).code,
      0);
  const auto exercise = teaching::make_exercise({1, 1, diagnose::Layer::dns});
  ASSERT_TRUE(exercise);
  EXPECT_EQ(text_of(ann.place("case") + "/capture.pcapng"), exercise->handout.capture);
  EXPECT_EQ(ann.does({"answer", exercise->truth}).code, 0);
}

/// The first seed of the level in whose exercise nothing is wrong.
int control_of(int level) {
  for (std::uint64_t seed = 1;; ++seed) {
    if (teaching::make_exercise({seed, level, {}})->truth == "healthy")
      return static_cast<int>(seed);
  }
}

TEST(Exercise, MayHaveNothingWrong) {
  const Student ann;
  ASSERT_EQ(ann.does(capture_only(ann, control_of(2), 2)).code, 0);
  const auto wrong = ann.does({"answer", "tls-closed"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.unbroken, HasSubstr(", and nothing else of the layer tls."));
  EXPECT_FALSE(tells(wrong.out, "healthy"));
  const auto words = ann.does({"answer", "nothing", "is", "wrong"});
  EXPECT_THAT(words.err, HasSubstr("did you mean healthy"));
  EXPECT_THAT(ann.does({"answer", "healthy"}).out, HasSubstr("75 points"));
}

TEST(Answer, ThatNothingIsWrongIsJudgedToo) {
  const Student ann;
  ASSERT_EQ(ann.does(capture_only(ann, 5, 3)).code, 0);
  const auto told = ann.does({"answer", "healthy"});
  EXPECT_EQ(told.code, 1);
  EXPECT_THAT(told.unbroken, HasSubstr("something did fail"));
}

TEST(Exercise, SolutionEndsTheOneUnderWay) {
  const Student ann;
  ASSERT_EQ(ann.does(capture_only(ann, 1, 1)).code, 0);
  const auto sheet = ann.does({"exercise", "--solution"});
  EXPECT_THAT(sheet.out, HasSubstr("Solution: "));
  EXPECT_THAT(sheet.err, HasSubstr("without points"));
  EXPECT_THAT(ann.state("exercises.json"),
              HasSubstr(R"("closed":[{"seed":1,"level":1,"points":0}])"));
}

TEST(Exercise, WritesOverNothing) {
  const Student ann;
  fs::create_directories(ann.place("case"));
  std::ofstream(ann.place("case") + "/client.log") << "mine";
  const auto told = ann.does(capture_only(ann, 1, 1));
  EXPECT_EQ(told.code, 3);
  EXPECT_THAT(told.err, HasSubstr("is there already"));
  EXPECT_EQ(text_of(ann.place("case") + "/client.log"), "mine");
}

TEST(Exercise, KeepsADamagedBookAside) {
  const Student ann;
  ann.put("exercises.json", "{torn");
  const auto told = ann.does({"answer", "proxy-denied"});
  EXPECT_EQ(told.code, 2);
  EXPECT_THAT(told.err, HasSubstr("exercises.json.kept-1"));
  EXPECT_EQ(ann.state("exercises.json.kept-1"), "{torn");
}

TEST(Exercise, RefusesFlagsThatMeanNothing) {
  const Student ann;
  EXPECT_EQ(ann.does({"exercise", "--level", "6"}).code, 2);
  EXPECT_THAT(ann.does({"exercise", "--layer", "tlss"}).err, HasSubstr("did you mean tls?"));
  EXPECT_EQ(ann.does({"exercise", "--capture-only"}).code, 2);
  EXPECT_EQ(ann.does({"exercise", "--out", "x"}).code, 2);
  EXPECT_EQ(ann.does({"exercise", "--hint"}).code, 2);
  EXPECT_EQ(ann.does({"answer"}).code, 2);
  const auto none =
      ann.does({"exercise", "--level", "5", "--layer", "dns", "--capture-only", "--out", "x"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("no exercise of level 5 in the layer dns"));
}

TEST(Scores, AreThoseOfAClassOfThirty) {
  const Folder desk;
  const auto csv = (desk / "scores.csv").string();
  const auto json = (desk / "scores.json").string();
  const std::vector<Student> all(30);
  std::set<std::string> captures;
  for (const auto& each : all) {
    ASSERT_EQ(each.does(capture_only(each, 7, 2)).code, 0);
    captures.insert(text_of(each.place("case") + "/capture.pcapng"));
  }
  EXPECT_EQ(captures.size(), 1U);
  std::vector<Process> answering;
  for (std::size_t i = 0; i < all.size(); ++i) {
    answering.emplace_back(
        std::vector<std::string>{MISPROXY_BINARY, "answer", "--give-up", "--scores", csv,
                                 "--scores", json, "--student", fmt::format("student {}", i)},
        std::vector<std::string>{"XDG_STATE_HOME=" + all[i].home()});
  }
  for (auto& each : answering)
    EXPECT_EQ(each.wait().code, 1);
  const auto text = text_of(csv);
  EXPECT_EQ(std::ranges::count(text, '\n'), 31);
  EXPECT_THAT(text, testing::StartsWith(std::string(teaching::kScoreHeader)));
  EXPECT_EQ(std::ranges::count(text_of(json), '\n'), 30);
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_THAT(text, HasSubstr(fmt::format(",student {},7,2,,given-up,0,0,0,0\n", i)));
  const auto exercise = teaching::make_exercise({7, 2, {}});
  EXPECT_FALSE(tells(text + text_of(json), exercise->truth)) << "others still look for it";
}

TEST(Scores, LeaveWhatIsThereAsItIs) {
  const Student ann;
  const Folder desk;
  ASSERT_EQ(ann.does(capture_only(ann, 7, 2)).code, 0);
  const auto other = desk.write("notes.csv", "a,b\n1,2\n");
  const auto told = ann.does({"answer", "--give-up", "--scores", other});
  EXPECT_EQ(told.code, 3);
  EXPECT_THAT(told.err, HasSubstr("\"judged\":\"given-up\"")) << "its line is not lost";
  EXPECT_EQ(text_of(other), "a,b\n1,2\n");
  EXPECT_EQ(ann.does({"answer", "x", "--scores", "scores.txt"}).code, 2);
  EXPECT_EQ(ann.does({"answer", "x", "--student", "=x"}).code, 2);
}

TEST(Scores, GoOnBehindATornLine) {
  const Student ann;
  const Folder desk;
  ASSERT_EQ(ann.does(capture_only(ann, 7, 2)).code, 0);
  const auto csv = desk.write("s.csv", std::string(teaching::kScoreHeader) + "2026,to");
  ASSERT_EQ(ann.does({"answer", "--give-up", "--scores", csv}).code, 1);
  EXPECT_THAT(text_of(csv), HasSubstr("2026,to\n"));
  EXPECT_THAT(text_of(csv), EndsWith(",ann,7,2,,given-up,0,0,0,0\n"));
}

}  // namespace
}  // namespace misproxy::test
