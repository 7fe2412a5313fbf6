// Scripted origins behind a CONNECT, talked to by curl in their own protocols.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/served.hpp"

namespace misproxy::test {
namespace {

/// An origin `mail.test` at this port, within TLS of these versions, with these `say`s.
std::string origin(int port, std::string_view says, std::string_view tls = "[]") {
  return fmt::format("[[origin]]\nhost = 'mail.test'\nport = {}\ntls = {}\n{}", port, tls, says);
}

constexpr auto kTls = "['1.2', '1.3']";

std::string say(std::string_view line, std::string_view text, std::string_view more = {}) {
  const auto key = line.empty() ? std::string() : fmt::format("line = '{}'\n", line);
  return fmt::format("[[origin.say]]\n{}text = \"{}\"\n{}\n", key, text, more);
}

constexpr auto kClose = "then = 'close'";

/// These origins, served, and curl through a CONNECT to them.
struct Scripted {
  Folder folder;
  Served served;

  explicit Scripted(const std::string& origins)
      : served({folder.write(
            "x.toml", "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n" + origins)}) {}

  Finished curl(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), {"curl", "-q", "-sS", "-m", "60", "--proxytunnel", "-x",
                                         served.ready().proxy_url});
    return run(arguments, {"no_proxy=", "NO_PROXY="}, input);
  }
  /// Nothing that the client has said stands in the trace.
  void stop_and_look_for(std::string_view secret) {
    served.stop();
    const auto text = run({"cat", served.trace_path().string()}).out;
    EXPECT_EQ(text.find(secret), std::string::npos);
    EXPECT_NE(text.find("script-line"), std::string::npos);
  }
};

TEST(Script, CurlFetchesMailByPop3) {
  Scripted talk(origin(110, say("", "+OK ready\\r\\n") + say("CAPA", "+OK\\r\\nUSER\\r\\n.\\r\\n") +
                                say("USER *", "+OK\\r\\n") + say("PASS *", "+OK in\\r\\n") +
                                say("RETR 1", "+OK 5 octets\\r\\nhello\\r\\n.\\r\\n") +
                                say("QUIT", "+OK bye\\r\\n", kClose)));
  const auto got = talk.curl({"-u", "me:kept-secret", "pop3://mail.test/1"});
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_EQ(got.out, "hello\r\n");
  talk.stop_and_look_for("kept-secret");
}

std::string smtp(int port, std::string_view data_answer, std::string_view tls = "[]") {
  return origin(port,
                say("", "220 mail.test ESMTP\\r\\n") + say("EHLO *", "250 mail.test\\r\\n") +
                    say("MAIL FROM:*", "250 ok\\r\\n") + say("RCPT TO:*", "250 ok\\r\\n") +
                    say("DATA", "354 go on\\r\\n", "until = '.'") + say(".", data_answer) +
                    say("QUIT", "221 bye\\r\\n", kClose),
                tls);
}

/// curl's arguments for one mail.
std::vector<std::string> mail_to(std::string url, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"--mail-from", "a@mail.test", "--mail-rcpt", "b@mail.test", "-T", "-",
                           std::move(url)});
  return more;
}

TEST(Script, CurlSendsMailBySmtp) {
  const auto send = mail_to("smtp://mail.test");
  const std::string mail = "Subject: x\r\n\r\nQUIT\r\nkept-secret\r\n";
  Scripted takes(smtp(25, "250 queued\\r\\n"));
  const auto sent = takes.curl(send, mail);
  EXPECT_EQ(sent.code, 0) << sent.err;
  takes.stop_and_look_for("kept-secret");
  Scripted refuses(smtp(25, "552 too large\\r\\n"));
  EXPECT_NE(refuses.curl(send, mail).code, 0);
  refuses.served.stop();
}

TEST(Script, CurlReadsMailByImap) {
  Scripted talk(origin(
      143, say("", "* OK ready\\r\\n") +
               say("* CAPABILITY", "* CAPABILITY IMAP4rev1\\r\\n{tag} OK\\r\\n") +
               say("* LOGIN *", "{tag} OK in\\r\\n") +
               say("* SELECT *", "* 1 EXISTS\\r\\n{tag} OK [READ-ONLY] selected\\r\\n") +
               say("* FETCH 1 *", "* 1 FETCH (BODY[TEXT] {5}\\r\\nhello)\\r\\n{tag} OK\\r\\n") +
               say("* LOGOUT", "* BYE\\r\\n{tag} OK\\r\\n", kClose)));
  const auto got =
      talk.curl({"-u", "me:kept-secret", "imap://mail.test/INBOX;MAILINDEX=1;SECTION=TEXT"});
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_EQ(got.out, "hello");
  talk.stop_and_look_for("kept-secret");
}

TEST(Script, CurlSendsMailBySmtpWithinTls) {
  Scripted talk(smtp(465, "250 queued\\r\\n", kTls));
  const std::string mail = "Subject: x\r\n\r\nkept-secret\r\n";
  const auto sent =
      talk.curl(mail_to("smtps://mail.test", {"--cacert", talk.served.ready().ca}), mail);
  EXPECT_EQ(sent.code, 0) << sent.err;
  EXPECT_EQ(talk.curl(mail_to("smtps://mail.test"), mail).code, 60) << "a CA that it does not know";
  talk.stop_and_look_for("kept-secret");
}

TEST(Script, OpensslHearsAGreetingOfImapsAndItsEnd) {
  Scripted talk(origin(
      993, say("", "* OK ready\\r\\n") + say("* LOGOUT", "* BYE\\r\\n{tag} OK\\r\\n", kClose),
      kTls));
  const auto& proxy = talk.served.ready().proxy_url;
  const auto got = run({"openssl", "s_client", "-quiet", "-verify_return_error", "-CAfile",
                        talk.served.ready().ca, "-servername", "mail.test", "-alpn", "h2", "-proxy",
                        proxy.substr(proxy.find("//") + 2), "-connect", "mail.test:993"},
                       {}, "a1 LOGOUT\r\n");
  EXPECT_EQ(got.out, "* OK ready\r\n* BYE\r\na1 OK\r\n") << got.err;
  talk.stop_and_look_for("LOGOUT");
}

/// The file comes over a second connection, to the port that the first one names.
TEST(Script, CurlFetchesAFileByFtp) {
  Scripted talk(origin(21, say("", "220 ready\\r\\n") + say("USER *", "331 password?\\r\\n") +
                               say("PASS *", "230 in\\r\\n") + say("PWD", "257 \\\"/\\\"\\r\\n") +
                               say("EPSV", "229 Entering Extended Passive Mode (|||2021|)\\r\\n") +
                               say("TYPE *", "200 ok\\r\\n") + say("SIZE *", "213 5\\r\\n") +
                               say("RETR *", "150 comes\\r\\n226 done\\r\\n") +
                               say("QUIT", "221 bye\\r\\n", kClose) + say("*", "502 what?\\r\\n")) +
                origin(2021, say("", "hello", kClose)));
  const auto got = talk.curl({"-u", "me:kept-secret", "ftp://mail.test/file"});
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_EQ(got.out, "hello");
  talk.stop_and_look_for("kept-secret");
}

}  // namespace
}  // namespace misproxy::test
