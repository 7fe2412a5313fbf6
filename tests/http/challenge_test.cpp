#include "http/challenge.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <span>

#include "core/draw.hpp"

namespace misproxy {
namespace {

/// One line a challenge: `scheme token68 name=value name=value`.
std::string described(const std::vector<Challenge>& challenges) {
  std::string text;
  for (const auto& challenge : challenges) {
    text += challenge.scheme;
    if (!challenge.token68.empty()) text += " " + challenge.token68;
    for (const auto& [name, value] : challenge.parameters)
      text += fmt::format(" {}=<{}>", name, value);
    text += "\n";
  }
  return text;
}

std::string parsed(std::string_view value) { return described(parse_challenges(value)); }

TEST(Challenge, ReadsOne) {
  EXPECT_EQ(parsed("Basic realm=\"proxy\""), "basic realm=<proxy>\n");
  EXPECT_EQ(parsed("BASIC realm=proxy"), "basic realm=<proxy>\n");
  EXPECT_EQ(parsed("Negotiate"), "negotiate\n");
  EXPECT_EQ(parsed("NTLM TlRMTVNTUAACAAAA+/=="), "ntlm TlRMTVNTUAACAAAA+/==\n");
  EXPECT_EQ(parsed("Digest Realm = \"a\" ,NONCE=\"b\", qop=\"auth,auth-int\",stale=FALSE"),
            "digest realm=<a> nonce=<b> qop=<auth,auth-int> stale=<FALSE>\n");
}

TEST(Challenge, ReadsQuotedStrings) {
  EXPECT_EQ(parsed(R"(Basic realm="a, Digest nonce=\"x\", \\ b", charset="UTF-8")"),
            "basic realm=<a, Digest nonce=\"x\", \\ b> charset=<UTF-8>\n");
  EXPECT_EQ(parsed(R"(Basic realm="")"), "basic realm=<>\n");
}

TEST(Challenge, ReadsSeveralInOneValue) {
  // RFC 9110 section 11.6.1.
  EXPECT_EQ(parsed("Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to "
                   "\\\"apps\\\"\""),
            "basic realm=<simple>\nnewauth realm=<apps> type=<1> title=<Login to \"apps\">\n");
  EXPECT_EQ(parsed("Negotiate, NTLM,Basic realm=\"x\""), "negotiate\nntlm\nbasic realm=<x>\n");
  EXPECT_EQ(parsed("Negotiate abc=, Basic realm=x"), "negotiate abc=\nbasic realm=<x>\n");
  EXPECT_EQ(parsed(" , ,Basic realm=x,, ,NTLM,"), "basic realm=<x>\nntlm\n");
}

TEST(Challenge, ReadsSeveralHeaders) {
  const std::vector<std::string> values{"Digest nonce=a, realm=b", "", "Basic realm=\"c\", NTLM"};
  EXPECT_EQ(described(parse_challenges(values)),
            "digest nonce=<a> realm=<b>\nbasic realm=<c>\nntlm\n");
}

TEST(Challenge, FindsParametersByName) {
  const auto challenge = parse_challenges(std::string_view("Digest Nonce=a")).front();
  ASSERT_NE(challenge.find("nonce"), nullptr);
  EXPECT_EQ(*challenge.find("nonce"), "a");
  EXPECT_EQ(challenge.find("realm"), nullptr);
}

TEST(Challenge, GoesOnBehindWhatFitsNowhere) {
  EXPECT_EQ(parsed(""), "");
  EXPECT_EQ(parsed("realm=\"x\", Basic realm=y"), "basic realm=<y>\n");
  EXPECT_EQ(parsed("=;, Basic realm=y"), "basic realm=<y>\n");
  EXPECT_EQ(parsed("Basic realm=\"open"), "basic realm=<open>\n");
  EXPECT_EQ(parsed("Basic realm=\"open\\"), "basic realm=<open\\>\n");
  EXPECT_EQ(parsed("Basic realm="), "basic realm=\n") << "one of the two readings there are";
  EXPECT_EQ(parsed("Basic realm=\"x\"junk, NTLM"), "basic realm=<x>\njunk\nntlm\n");
}

TEST(Challenge, SurvivesRandomBytes) {
  constexpr std::string_view kLikely = "ab=\",\\ \t1/";
  for (std::uint64_t i = 0; i < 2000; ++i) {
    std::string text(30, '\0');
    SeededBytes(draw(1, "challenge", "", i)).fill(0, std::span(text));
    for (auto& c : text) {
      if (i % 2 == 0) c = kLikely[static_cast<unsigned char>(c) % kLikely.size()];
    }
    EXPECT_LE(parse_challenges(text).size(), text.size());
  }
}

}  // namespace
}  // namespace misproxy
