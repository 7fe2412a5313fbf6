// The proxy that asks for credentials, with real curl and by hand.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "http/credentials.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto kHead = R"(schema = 1
[about]
id = "asking"
title = "t"
teaches = "u"
[[origin]]
host = "*.test"
[[proxy.auth.user]]
name = "joe"
password = "p:w S3CRET"
[[proxy.auth.user]]
name = "ann"
password = "S3CRET-of-ann"
[[proxy.auth.user]]
name = "J\u00e4s\u00f8n"
password = "\u20ac S3CRET"
)";

/// A proxy that asks, as `auth` says.
struct Asking {
  explicit Asking(const std::string& auth = {}, const std::vector<std::string>& flags = {})
      : served({folder.write("asking.toml", fmt::format("{}[proxy.auth]\n{}\n", kHead, auth))},
               flags) {}

  Folder folder;
  Served served;

  CurlResult curl(const std::vector<std::string>& more,
                  const std::string& url = "https://a.test/healthcheck") const {
    std::vector<std::string> argv{
        "curl", "-q", "-sS", "-x", served.ready().proxy_url, "--cacert", served.ready().ca};
    argv.insert(argv.end(), more.begin(), more.end());
    argv.push_back(url);
    return test::curl(argv, {});
  }
  /// Of each request that was judged.
  std::vector<std::string> judged() const {
    std::vector<std::string> words;
    for (const auto& line : served.trace()) {
      if (line.event.name != "auth") continue;
      auto text = std::get<std::string>(*line.find("judged"));
      if (const auto* user = line.find("user")) text += " " + std::get<std::string>(*user);
      words.push_back(std::move(text));
    }
    return words;
  }
  std::string trace_text() const {
    std::stringstream text;
    text << std::ifstream(served.trace_path()).rdbuf();
    return text.str();
  }
};

TEST(RealCurlProxyAuth, ThreeUsersWithDigestOfEachHashAndBasic) {
  for (const auto* algorithm : {"MD5", "SHA-256", "MD5-sess", "SHA-256-sess"}) {
    Asking asking(fmt::format("challenges = [\"Digest\"]\nalgorithms = [\"{}\"]", algorithm));
    for (const auto* user :
         {"joe:p:w S3CRET", "ann:S3CRET-of-ann", "J\xC3\xA4s\xC3\xB8n:\xE2\x82\xAC S3CRET"}) {
      EXPECT_EQ(asking.curl({"--proxy-digest", "-U", user}).out, "healthy\n") << algorithm << user;
    }
    const auto ended = asking.served.stop();
    EXPECT_THAT(asking.judged(),
                ElementsAre("no-credentials", "accepted joe", "no-credentials", "accepted ann",
                            "no-credentials", "accepted J\xC3\xA4s\xC3\xB8n"));
    EXPECT_THAT(asking.trace_text() + ended.err + ended.out, Not(HasSubstr("S3CRET")));
  }
  Asking basic("challenges = [\"Basic\"]");
  EXPECT_EQ(basic.curl({"-U", "joe:p:w S3CRET"}).out, "healthy\n");
  EXPECT_EQ(basic.curl({"--proxy-anyauth", "-U", "ann:S3CRET-of-ann"}).out, "healthy\n");
  basic.served.stop();
  EXPECT_THAT(basic.judged(), ElementsAre("accepted joe", "no-credentials", "accepted ann"));
  EXPECT_THAT(basic.trace_text(), Not(HasSubstr("S3CRET")));
}

TEST(RealCurlProxyAuth, AForwardedRequestBringsThemToo) {
  Asking asking("[[origin]]\nhost = 'plain.test'\nport = 80\ntls = []");
  for (const auto* url : {"http://plain.test/healthcheck", "http://plain.test/healthcheck?a=b"}) {
    for (const auto* scheme : {"--proxy-basic", "--proxy-digest", "--proxy-anyauth"}) {
      EXPECT_EQ(asking.curl({scheme, "-U", "joe:p:w S3CRET"}, url).out, "healthy\n") << scheme;
      EXPECT_EQ(asking.curl({scheme, "-U", "joe:wrong"}, url).http_code, 407) << scheme;
    }
  }
  asking.served.stop();
}

TEST(RealCurlProxyAuth, AWrongPasswordIsA407AgainAndNoLoop) {
  Asking asking;
  for (const auto* scheme : {"--proxy-basic", "--proxy-digest", "--proxy-anyauth"}) {
    const auto result = asking.curl({scheme, "-U", "joe:wrong"});
    EXPECT_EQ(result.http_connect, 407) << scheme;
  }
  EXPECT_EQ(asking.curl({"--proxy-digest", "-U", "eve:p"}).http_connect, 407);
  EXPECT_EQ(asking.curl({}).http_connect, 407);
  asking.served.stop();
  EXPECT_THAT(
      asking.judged(),
      ElementsAre("wrong-password joe", "no-credentials", "wrong-password joe", "no-credentials",
                  "wrong-password joe", "no-credentials", "unknown-user eve", "no-credentials"));
}

TEST(RealCurlProxyAuth, AStaleNonceIsRetriedOnce) {
  Asking asking("stale_nonces = 1");
  EXPECT_EQ(asking.curl({"--proxy-digest", "-U", "ann:S3CRET-of-ann"}).out, "healthy\n");
  asking.served.stop();
  EXPECT_THAT(asking.judged(), ElementsAre("no-credentials", "stale ann", "accepted ann"));
}

/// The mistake that sends clients round in circles: curl ends it only when it has read 300 KB of
/// heads.
TEST(RealCurlProxyAuth, StaleWhateverWasWrongIsBelievedAgainAndAgain) {
  Asking asking("challenges = [\"Digest\"]\nmistakes = [\"stale-on-wrong-password\"]");
  const auto result = asking.curl({"--proxy-digest", "-U", "ann:wrong"});
  EXPECT_EQ(result.http_connect, 407);
  asking.served.stop();
  const auto judged = asking.judged();
  EXPECT_EQ(judged.at(1), "wrong-password ann");
  EXPECT_EQ(judged.at(2), "wrong-password ann");
}

TEST(RealCurlProxyAuth, ConnectsAgainWhereTheProxyCloses) {
  Asking asking("after_407 = \"close\"");
  EXPECT_EQ(asking.curl({"--proxy-digest", "-U", "ann:S3CRET-of-ann"}).out, "healthy\n");
  asking.served.stop();
  std::set<std::int64_t> connections;
  for (const auto& line : asking.served.trace()) {
    if (line.event.name == "auth") connections.insert(line.connection);
  }
  EXPECT_EQ(connections.size(), 2U);
}

/// It says keep-alive, and closes: curl's digest meets the end of the connection.
TEST(RealCurlProxyAuth, BelievesAProxyThatLies) {
  Asking asking("after_407 = \"lies\"");
  const auto result = asking.curl({"--proxy-digest", "-U", "ann:S3CRET-of-ann"});
  EXPECT_EQ(result.exit, 56);
  EXPECT_EQ(result.message, "Proxy CONNECT aborted");
  asking.served.stop();
  EXPECT_THAT(asking.judged(), ElementsAre("no-credentials"));
}

TEST(RealCurlProxyAuth, NtlmAloneLetsNobodyPass) {
  Asking asking("challenges = [\"NTLM\", \"Negotiate\"]");
  EXPECT_EQ(asking.curl({"--proxy-anyauth", "-U", "joe:p:w S3CRET"}).http_connect, 407);
  EXPECT_EQ(asking.curl({"--proxy-digest", "-U", "joe:p:w S3CRET"}).http_connect, 407);
  asking.served.stop();
  EXPECT_THAT(asking.trace_text(), AllOf(Not(HasSubstr("S3CRET")), Not(HasSubstr("TlRM"))));
}

/// NTLM's handshake as canned answers: the first request's, the second's, and then it passes.
TEST(RealCurlProxyAuth, NtlmsHandshakeCanBeWritten) {
  constexpr auto kScenario = R"(schema = 1
[about]
id = "ntlm"
title = "t"
teaches = "u"
[[origin]]
host = "a.test"
[[fault]]
id = "offer"
when = { point = "request-head", request = 1, credentials = "none" }
do = { respond = { status = 407, headers = ["Proxy-Authenticate: NTLM"] } }
[[fault]]
id = "type-2"
when = { point = "request-head", request = 2, credentials = "NTLM" }
[fault.do.respond]
status = 407
headers = ["Proxy-Authenticate: NTLM TlRMTVNTUAACAAAAAAAAADgAAACGggEAq6U1NAWaJCIAAAAAAAAAAAAAAAA4AAAA"]
)";
  Folder folder;
  Served served({folder.write("ntlm.toml", kScenario)});
  const auto result =
      curl({"curl", "-q", "-sS", "-x", served.ready().proxy_url, "--cacert", served.ready().ca,
            "--proxy-anyauth", "-U", "joe:S3CRET", "https://a.test/healthcheck"},
           {});
  EXPECT_EQ(result.out, "healthy\n") << result.message;
  served.stop();
  std::vector<std::string> acted;
  for (const auto& line : served.trace()) {
    if (line.event.cause == Cause::injected) acted.push_back(line.event.fault);
  }
  EXPECT_THAT(acted, ElementsAre("offer", "type-2"));
}

// --- by hand

/// A head of the proxy's, and the body that it announces.
std::string read_answer(Socket& socket) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const auto byte = socket.read(1);
    if (byte.empty()) return head;
    head += byte;
  }
  const auto at = head.find("Content-Length: ");
  if (at == std::string::npos) return head;
  return head + socket.read(std::stoul(head.substr(at + 16)));
}

std::string ask(Socket& socket, const std::string& headers,
                const std::string& target = "a.test:443") {
  socket.send(fmt::format("CONNECT {} HTTP/1.1\r\n{}\r\n", target, headers));
  return read_answer(socket);
}

std::string header(const std::string& value) {
  return fmt::format("Proxy-Authorization: {}\r\n", value);
}

DigestChallenge digest_of(const std::string& answer) {
  constexpr std::string_view kName = "Proxy-Authenticate: ";
  const auto at = answer.find("Proxy-Authenticate: Digest");
  EXPECT_NE(at, std::string::npos) << answer;
  const auto line = answer.substr(at + kName.size(), answer.find("\r\n", at) - at - kName.size());
  return supported_digest(parse_challenges(line).at(0)).value();
}

std::string digest(const DigestChallenge& challenge, std::uint32_t count,
                   std::string_view uri = "a.test:443") {
  return header(
      digest_credentials(challenge, "ann", "S3CRET-of-ann", {"CONNECT", uri}, "c", count));
}

TEST(ProxyAuthByHand, AReplayedCountIsRefused) {
  Asking asking;
  Socket first(asking.served.port());
  const auto challenge = digest_of(ask(first, ""));
  EXPECT_THAT(ask(first, digest(challenge, 1)), HasSubstr("HTTP/1.1 200 "));
  Socket second(asking.served.port());
  const auto refused = ask(second, digest(challenge, 1));
  EXPECT_THAT(refused, AllOf(HasSubstr("HTTP/1.1 407 "), Not(HasSubstr("stale"))));
  EXPECT_THAT(ask(second, digest(challenge, 2)), HasSubstr("HTTP/1.1 200 ")) << "and goes on";
  first.reset();
  second.reset();
  asking.served.stop();
  EXPECT_THAT(asking.judged(),
              ElementsAre("no-credentials", "accepted ann", "replayed ann", "accepted ann"));
}

TEST(ProxyAuthByHand, ANonceIsGoodForSoManyRequests) {
  Asking asking("nonce_uses = 2");
  std::vector<Socket> sockets;
  const auto asks = [&](const std::string& headers) {
    return ask(sockets.emplace_back(asking.served.port()), headers);
  };
  const auto challenge = digest_of(asks(""));
  EXPECT_THAT(asks(digest(challenge, 1)), HasSubstr("HTTP/1.1 200 "));
  EXPECT_THAT(asks(digest(challenge, 2)), HasSubstr("HTTP/1.1 200 "));
  const auto stale = asks(digest(challenge, 3));
  EXPECT_THAT(stale, AllOf(HasSubstr("HTTP/1.1 407 "), HasSubstr("stale=true")));
  EXPECT_THAT(asks(digest(digest_of(stale), 1)), HasSubstr("HTTP/1.1 200 "));
  for (auto& socket : sockets)
    socket.reset();
  asking.served.stop();
}

/// Each a clear answer, on a connection that goes on; and then the right one works.
TEST(ProxyAuthByHand, WhatIsWrongIsSaidAndTheNextRequestWorks) {
  Asking asking;
  Socket socket(asking.served.port());
  const auto challenge = digest_of(ask(socket, ""));
  const auto with = [&](auto change) {
    auto other = challenge;
    change(other);
    return digest(other, 1);
  };
  const auto realm = with([](auto& c) { c.realm = "other"; });
  const auto nonce = with([](auto& c) { c.nonce = "other"; });
  EXPECT_THAT(ask(socket, realm), HasSubstr(" 407 "));
  EXPECT_THAT(ask(socket, nonce), AllOf(HasSubstr(" 407 "), HasSubstr("stale=true")));
  EXPECT_THAT(ask(socket, digest(challenge, 1, "b.test:443")), HasSubstr(" 400 "));
  EXPECT_THAT(ask(socket, digest(challenge, 1) + digest(challenge, 1)), HasSubstr(" 400 "));
  EXPECT_THAT(ask(socket, header("Digest nc=1")), HasSubstr(" 400 "));
  EXPECT_THAT(ask(socket, header("Basic !S3CRET!")), HasSubstr(" 407 "));
  EXPECT_THAT(ask(socket, header("S3CRET")), HasSubstr(" 407 "));
  EXPECT_THAT(ask(socket, header("Basic " + std::string(20'000, 'A'))), HasSubstr(" 407 "));
  EXPECT_THAT(ask(socket, digest(challenge, 1)), HasSubstr("HTTP/1.1 200 "));
  socket.reset();
  asking.served.stop();
  EXPECT_THAT(asking.judged(), ElementsAre("no-credentials", "wrong-realm ann", "unknown-nonce ann",
                                           "wrong-uri ann", "twice", "malformed", "malformed",
                                           "not-offered", "malformed", "accepted ann"));
  EXPECT_THAT(asking.trace_text(), Not(HasSubstr("S3CRET")));
}

}  // namespace
}  // namespace misproxy::test
