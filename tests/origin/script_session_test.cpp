#include "origin/script_session.hpp"

#include <gtest/gtest.h>

#include "support/plain_talk.hpp"

namespace misproxy {
namespace {

using test::PlainTalk;

constexpr auto kMail = R"(
[[origin.say]]
text = "220 mail.test ESMTP\r\n"
[[origin.say]]
line = "EHLO *"
text = "250-mail.test\r\n250 OK\r\n"
[[origin.say]]
line = "DATA"
text = "354 go on\r\n"
until = "."
[[origin.say]]
line = "QUIT"
text = "221 bye\r\n"
then = "close"
[[origin.say]]
line = "PASS *"
hex = "00ff0d0a"
[[origin.say]]
line = "ABORT"
then = "reset"
[[origin.say]]
line = "? NOOP"
text = "{tag} OK\r\n"
[[origin.say]]
line = "*"
text = "250 fine\r\n"
)";

TEST(ScriptSession, GreetsAndAnswersLines) {
  PlainTalk talk(kMail);
  EXPECT_EQ(talk.heard, "220 mail.test ESMTP\r\n");
  EXPECT_EQ(talk.ask("EHLO here\r\n"), "250-mail.test\r\n250 OK\r\n");
  EXPECT_EQ(talk.ask("PASS secret\n"), std::string("\0\xff\r\n", 4));
  EXPECT_EQ(talk.ask("A NOOP\r\nB NOOP\r\n"), "A OK\r\nB OK\r\n");
  EXPECT_EQ(talk.ask("DATA\r\nQUIT\r\nEHLO no\r\n.\r\n"), "354 go on\r\n250 fine\r\n")
      << "what stands in the mail is no command";
  EXPECT_EQ(talk.ask("QUIT\r\nEHLO more\r\n"), "221 bye\r\n");
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
}

TEST(ScriptSession, SaysTheSameHoweverTheClientCuts) {
  PlainTalk talk(kMail);
  talk.cut = 1;
  EXPECT_EQ(talk.ask("EHLO x\r\nA NOOP\r\nABORT\r\n"), "250-mail.test\r\n250 OK\r\nA OK\r\n");
  EXPECT_EQ(talk.endings, std::vector{Ending::rst});
}

/// Which `say` it was, and nothing that the client has said: it may be a password.
TEST(ScriptSession, TellsNoLine) {
  PlainTalk talk(kMail);
  talk.ask("PASS secret\r\n");
  ASSERT_EQ(talk.notes, std::vector<std::string>{"script-line"});
  EXPECT_EQ(talk.all_notes.front().fields, (TraceFields{{"say", std::int64_t{5}}}));
}

TEST(ScriptSession, StandsEndlessLinesAndClientsThatDoNotListen) {
  PlainTalk endless(kMail);
  const std::string line(3 * ScriptSession::kMostLine, 'x');
  EXPECT_EQ(endless.ask(line).size(), 3 * std::string_view("250 fine\r\n").size());
  PlainTalk deaf(kMail);
  deaf.drains = false;
  std::string lines;
  for (int i = 0; i < 100'000; ++i)
    lines += "x\r\n";
  EXPECT_LT(deaf.ask(lines).size(), ScriptSession::kMostUnread + 100);
  deaf.drains = true;
  deaf.give(Drained{Party::client});
  EXPECT_GT(deaf.heard.size(), 900'000U) << "and all of them in the end";
}

TEST(ScriptSession, EndsWithItsClient) {
  PlainTalk talk(kMail);
  talk.give(Closed{Party::client, Ending::fin});
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
}

}  // namespace
}  // namespace misproxy
