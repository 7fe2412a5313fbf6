// Every lesson is played in its labs, and all that it claims is looked for; exercises in labs are
// solved with real tools, and give nothing away.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/lab_program.hpp"
#include "support/suite_ca.hpp"
#include "teaching/exercise.hpp"
#include "teaching/leaks.hpp"
#include "teaching/load_lesson.hpp"

namespace misproxy::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

std::vector<std::string> environment_of(const Folder& folder) {
  lend_suite_ca(folder / "home");
  return {"XDG_STATE_HOME=" + (folder / "home").string(), "COLUMNS=80",
          "HISTFILE=" + (folder / "history").string()};
}

/// Programs that lessons run, and that a bare machine may lack.
std::string missing_tool() {
  for (const auto* tool : {"tcpdump", "netstat", "ping", "openssl", "curl"}) {
    if (run({"sh", "-c", fmt::format("command -v {}", tool)}).code != 0) return tool;
  }
  return {};
}

class LessonInTheLab : public InTheLab, public testing::WithParamInterface<std::size_t> {
 protected:
  void SetUp() override {
    InTheLab::SetUp();
    if (IsSkipped()) return;
    if (const auto tool = missing_tool(); !tool.empty()) GTEST_SKIP() << "no " << tool << " here";
  }
};

TEST_P(LessonInTheLab, ShowsAllThatItClaims) {
  const Folder folder;
  const auto& lesson = teaching::course().at(GetParam());
  std::string typed;
  std::size_t looks = 0;
  std::size_t questions = 0;
  for (const auto& step : lesson.steps) {
    typed += "\n";
    looks += step.looks.size();
    questions += step.questions.size();
    for (std::size_t i = 0; i < step.questions.size(); ++i)
      typed += ":skip\n";
  }
  const auto told = run({MISPROXY_BINARY, "learn", std::to_string(GetParam() + 1)},
                        environment_of(folder), typed);
  EXPECT_EQ(told.code, 0) << told.out << told.err;
  EXPECT_EQ(count_of(told.out, "- seen: "), looks) << told.out;
  EXPECT_EQ(count_of(told.out, "? It is "), questions) << told.out;
  EXPECT_THAT(told.out, Not(HasSubstr("not in this run")));
  EXPECT_THAT(told.out, Not(HasSubstr("do not show it")));
  EXPECT_THAT(told.out, HasSubstr(fmt::format("0 of {} questions right", questions)));
  EXPECT_EQ(told.err, "");
  EXPECT_THAT(run({MISPROXY_BINARY, "learn"}, environment_of(folder)).out,
              HasSubstr(fmt::format("done, 0 of {} right", questions)));
}

INSTANTIATE_TEST_SUITE_P(Course, LessonInTheLab,
                         testing::Range(std::size_t{0}, teaching::course().size()),
                         [](const auto& each) {
                           return test_name(teaching::course()[each.param].id);
                         });

class TeachingLab : public InTheLab {};

TEST_F(TeachingLab, AnswersAreTheStudentsOwnRun) {
  const Folder folder;
  const auto told =
      run({MISPROXY_BINARY, "learn", "denied"}, environment_of(folder),
          ":next\ncurl -sS -x http://10.10.10.1:80 -I https://nobody.example\n:next\n200\n:hint\n"
          "403\n:wire\nno\n");
  EXPECT_EQ(told.code, 0) << told.out;
  EXPECT_THAT(told.out, HasSubstr("Nothing has been run yet"));
  EXPECT_THAT(told.out, HasSubstr("Not so. "));
  EXPECT_THAT(told.out, HasSubstr("CONNECT nobody.example:443 HTTP/1.1")) << "their own :wire";
  EXPECT_THAT(told.out, HasSubstr("1 of 2 questions right at once"));
}

TEST_F(TeachingLab, ALessonGoesOnWhereItWasLeft) {
  const Folder folder;
  const auto left =
      run({MISPROXY_BINARY, "learn", "curl"}, environment_of(folder), "\n302\n:quit\n");
  EXPECT_EQ(left.code, 1);
  EXPECT_THAT(left.err, HasSubstr("goes on where you were"));
  EXPECT_THAT(run({MISPROXY_BINARY, "learn"}, environment_of(folder)).out,
              HasSubstr("1 of 3 steps"));
  const auto again =
      run({MISPROXY_BINARY, "learn", "curl"}, environment_of(folder), "\n:skip\n\n200\n");
  EXPECT_EQ(again.code, 0) << again.out;
  EXPECT_THAT(again.out, HasSubstr("You have done 1 of its 3 steps"));
  EXPECT_THAT(again.out, HasSubstr("2 of 3 questions right at once"));
}

/// All that a student can look at from the exercise's shell: first what names things (variables,
/// misproxy's processes, files, prompt, state), then what has words of its own.
constexpr auto kLookAround = R"bash(
for each in /proc/[0-9]*; do  # of misproxy: the machine may have others at work
  grep -qsz "^XDG_STATE_HOME=$XDG_STATE_HOME$" "$each/environ" || continue
  cat "$each/cmdline" "$each/environ" "$each/comm" "$each"/task/*/comm 2> /dev/null | tr '\0' '\n'
done
env
ls -lR /etc/sf
find "$XDG_STATE_HOME" "$TMPDIR" -type f | while read -r f; do echo "$f"; cat "$f"; done
echo "$PS1"; history; mount; hostname; ip addr 2> /dev/null
echo '=== words'
cat /etc/sf/*.conf /etc/sf/*.bashrc /etc/hosts /etc/hostname /etc/resolv.conf
declare -f
)bash";

TEST_F(TeachingLab, AnExercisesShellTellsNothing) {
  int plain_words = 0;
  for (int level = 1; level <= 5; ++level) {
    for (const auto* seed : {"21", "22"}) {
      const Folder folder;
      const auto exercise = teaching::make_exercise({std::stoull(seed), level, {}});
      ASSERT_TRUE(exercise);
      SCOPED_TRACE(exercise->scenario().about.id);
      auto environment = environment_of(folder);
      environment.push_back("TMPDIR=" + (folder / "").string());
      const auto told =
          run({MISPROXY_BINARY, "exercise", "--seed", seed, "--level", std::to_string(level)},
              environment, kLookAround);
      ASSERT_EQ(told.code, 0) << told.err;
      const auto naming = told.out.substr(0, told.out.find("=== words"));
      EXPECT_THAT(naming, HasSubstr(fmt::format("exercise\n--seed\n{}", seed)))
          << "it did look at the processes";
      EXPECT_THAT(naming, HasSubstr(fmt::format("\"seed\":{}", seed))) << "and at the state";
      EXPECT_LT(naming.size(), told.out.size());
      for (const auto& name : names_of(*exercise)) {
        EXPECT_FALSE(tells(naming, name)) << name;
        if (name.find_first_of("- .") == std::string::npos) ++plain_words;
      }
      for (const auto& secret : secrets_of(*exercise)) {
        EXPECT_FALSE(tells(told.out, secret)) << secret;
        EXPECT_FALSE(tells(told.err, secret)) << secret;
      }
    }
  }
  EXPECT_GT(plain_words, 10) << "each has `injected`; of others there are some, too";
}

/// The appliance's own command, with curl's words and tcpdump's packets kept.
std::string attempt(const std::string& command) {
  return fmt::format(
      "as=(); [ \"$(id -u)\" = 0 ] && as=(-Z root)\n"
      "env tcpdump \"${{as[@]}}\" --immediate-mode -Uni eth0 -w \"$KEPT/c.pcap\" 2> \"$KEPT/told\" "
      "&\n"
      "until grep -qs 'listening on' \"$KEPT/told\"; do :; done\n"
      "{{ {} -v{}; echo \"# exit=$?\"; }} > \"$KEPT/out\" 2> \"$KEPT/curl.log\"\n"
      "tail -n 1 \"$KEPT/out\" >> \"$KEPT/curl.log\"; kill %1; wait %1\n",
      command, command.find(" -m ") == std::string::npos ? " -m 10" : "");
}

/// Seeds and levels; MISPROXY_EXERCISES=N asks for N of each level.
std::vector<std::pair<int, int>> to_solve() {
  const auto* asked = std::getenv("MISPROXY_EXERCISES");
  if (asked == nullptr) return {{1, 1}, {2, 1}, {1, 2}, {2, 3}, {1, 4}};
  std::vector<std::pair<int, int>> all;
  for (int level = 1; level <= 5; ++level) {
    for (int seed = 1; seed <= std::atoi(asked); ++seed)
      all.emplace_back(seed, level);
  }
  return all;
}

TEST_F(TeachingLab, AnExerciseIsSolvedWithRealTools) {
  if (const auto tool = missing_tool(); !tool.empty()) GTEST_SKIP() << "no " << tool << " here";
  for (const auto& [seed, level] : to_solve()) {
    const Folder folder;
    const auto exercise = teaching::make_exercise({static_cast<std::uint64_t>(seed), level, {}});
    ASSERT_TRUE(exercise);
    SCOPED_TRACE(fmt::format("seed {}, level {}: {}", seed, level, exercise->scenario().about.id));
    const auto task = task_text(*exercise);
    const auto begin = task.find("\n  ") + 3;
    auto environment = environment_of(folder);
    environment.push_back("KEPT=" + (folder / "").string());
    const auto told = run({MISPROXY_BINARY, "exercise", "--seed", std::to_string(seed), "--level",
                           std::to_string(level)},
                          environment, attempt(task.substr(begin, task.find('\n', begin) - begin)));
    ASSERT_EQ(told.code, 0) << told.err;
    const auto named = misproxy({"diagnose", (folder / "c.pcap").string(),
                                 (folder / "curl.log").string(), "--format", "json"});
    const auto incident = named.out.substr(0, named.out.find("\"verdicts\""));
    EXPECT_TRUE(tells(incident, exercise->truth)) << incident << text_of(folder / "curl.log");
  }
}

TEST_F(TeachingLab, AMachineWithoutOneOffersFiles) {
  const Folder folder;
  // Without capabilities of its own, and with no user namespace to get some in, there is no lab.
  const auto told = run(
      {"bash", "-c",
       fmt::format("ulimit -u unlimited 2>/dev/null; exec unshare -Ur --map-root-user bash -c "
                   "'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set -all "
                   "--inh-caps -all {} exercise --seed 3'",
                   MISPROXY_BINARY)},
      environment_of(folder));
  if (told.code != 3) GTEST_SKIP() << "here a lab cannot be taken away: " << told.err;
  EXPECT_THAT(told.err, HasSubstr("misproxy exercise --seed 3 --level 1 --capture-only --out DIR"));
  EXPECT_EQ(count_of(told.err, "\n"), 1U);
}

}  // namespace
}  // namespace misproxy::test
