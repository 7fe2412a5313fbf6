// A whole lesson and a whole exercise, at a terminal of 80 columns.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>

#include "support/lab_program.hpp"
#include "support/suite_ca.hpp"
#include "teaching/exercise.hpp"

namespace misproxy::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// tmux with a shell in it. What is on the screen is asked for until it is there.
class Terminal {
 public:
  explicit Terminal(const Folder& folder) : socket_((folder / "tmux").string()) {
    lend_suite_ca(folder / "home");
    tmux({"-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "50", "env",
          "XDG_STATE_HOME=" + (folder / "home").string(), "HISTFILE=", "PS1=ready> ", "bash",
          "--norc", "-i"});
  }
  ~Terminal() { tmux({"kill-server"}); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& line) const {
    if (!line.empty()) tmux({"send-keys", "-l", "--", line});
    tmux({"send-keys", "Enter"});
  }
  void press(const std::string& key) const { tmux({"send-keys", key}); }
  /// All since the beginning.
  std::string screen() const { return tmux({"capture-pane", "-p", "-J", "-S", "-"}).out; }
  /// Until its last line that is not empty begins so, and `told` stands somewhere.
  std::string await(const std::string& last, const std::string& told = "") const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    std::string text;
    while (std::chrono::steady_clock::now() < until) {
      text = screen();
      auto end = text.find_last_not_of(" \n");
      const auto begin = text.rfind('\n', end);
      const auto line = text.substr(begin + 1, end - begin);
      std::ranges::replace(text, '\n', ' ');
      if (line == last && text.find(told) != std::string::npos) return text;
    }
    ADD_FAILURE() << "never came: " << told << " and " << last << " in\n" << text;
    return text;
  }

 private:
  Finished tmux(std::vector<std::string> words) const {
    words.insert(words.begin(), {"tmux", "-S", socket_});
    return run(words, {"TMUX="});
  }

  std::string socket_;
};

class AtATerminal : public InTheLab {
 protected:
  void SetUp() override {
    InTheLab::SetUp();
    if (IsSkipped()) return;
    if (run({"sh", "-c", "command -v tmux"}).code != 0) GTEST_SKIP() << "no tmux here";
  }
};

TEST_F(AtATerminal, AWholeLessonIsPlayed) {
  const Folder folder;
  const Terminal terminal(folder);
  terminal.await("ready>");
  terminal.type(MISPROXY_BINARY " learn denied");
  terminal.await("$", "Try:");
  terminal.press("C-c");  // at a prompt it ends nothing
  terminal.type("curl -m 30 -sS -x http://10.10.10.77:80 -I https://tools.cisco.com");
  while (terminal.screen().find("10.10.10.77:80") == std::string::npos)
    continue;
  terminal.press("C-c");  // a command, though
  terminal.await("$", ":next goes on");
  terminal.type("");
  terminal.await("?", "Which status did the proxy");
  terminal.type("200");
  terminal.await("?", "Not so.");
  terminal.type("403");
  terminal.await("?", "Did a ClientHello pass");
  terminal.type("no");
  const auto text = terminal.await("ready>", "1 of 2 questions right at once");
  EXPECT_THAT(text, HasSubstr("HTTP/1.1 403 Forbidden"));
  EXPECT_THAT(text, HasSubstr("To remember"));
}

TEST_F(AtATerminal, AWholeExerciseIsPlayed) {
  const Folder folder;
  const auto exercise = teaching::make_exercise({2, 1, diagnose::Layer::tcp});
  ASSERT_TRUE(exercise);
  const Terminal terminal(folder);
  terminal.await("ready>");
  terminal.type(MISPROXY_BINARY " exercise --seed 2 --level 1 --layer tcp");
  terminal.await("admin@fmc:" + std::filesystem::current_path().string() + "$", "What is wrong?");
  terminal.type("curl -sS -m 5 -x http://10.10.10.1:80 -I https://tools.cisco.com");
  terminal.await("admin@fmc:" + std::filesystem::current_path().string() + "$", "curl: (");
  terminal.type("exit");
  terminal.await("ready>", "Answer: misproxy answer");
  terminal.type(MISPROXY_BINARY " answer the proxy is asleep");
  terminal.await("ready>", "did not count as an answer");
  terminal.type(MISPROXY_BINARY " answer tls-closed");
  terminal.await("ready>", "and nothing else of the layer");
  terminal.type(fmt::format("{} answer {}", MISPROXY_BINARY, exercise->truth));
  const auto text = terminal.await("ready>", "75 points");
  EXPECT_THAT(text, HasSubstr("What to look at first:"));
}

}  // namespace
}  // namespace misproxy::test
