#include "http/digest.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace misproxy {
namespace {

using testing::HasSubstr;
using testing::Not;

// Responses that no RFC gives were computed apart, from RFC 7616 section 3.4 with Python's hashlib.
constexpr std::string_view kPassword = "Circle of Life";
constexpr std::string_view kCnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
constexpr DigestRequest kGet{"GET", "/dir/index.html"};
constexpr DigestRequest kConnect{"CONNECT", "a.test:443"};

/// RFC 7616 section 3.9.1, with the algorithm that is asked for.
std::string example(std::string_view algorithm) {
  return "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=" +
         std::string(algorithm) +
         ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\""
         ", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
}

std::optional<DigestChallenge> supported(std::string_view value) {
  return supported_digest(parse_challenges(value).at(0));
}

std::string answer(std::string_view challenge, std::string_view user = "Mufasa",
                   DigestRequest request = kGet, std::uint32_t count = 1) {
  return digest_credentials(supported(challenge).value(), user, kPassword, request, kCnonce, count);
}

TEST(Digest, AgreesWithTheExampleOfRfc7616ForMd5) {
  EXPECT_EQ(answer(example("MD5")),
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
            "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", uri=\"/dir/index.html\", "
            "algorithm=MD5, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", nc=00000001, "
            "qop=auth, response=\"8ca523f5e9506fed4657c9700eebdbec\", "
            "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
}

TEST(Digest, AgreesWithTheExampleOfRfc7616ForSha256) {
  EXPECT_THAT(
      answer(example("SHA-256")),
      HasSubstr("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""));
}

TEST(Digest, AgreesWithRfc2069WithoutQop) {
  const auto text =
      answer("Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f6\"");
  EXPECT_THAT(text, Not(HasSubstr("cnonce")));
  EXPECT_THAT(text, Not(HasSubstr("nc=")));
  EXPECT_THAT(text, Not(HasSubstr("qop")));
  EXPECT_THAT(text, Not(HasSubstr("algorithm")));
  EXPECT_THAT(text, Not(HasSubstr("opaque")));
  EXPECT_THAT(text, HasSubstr("response=\"6741eedb447d6c7100a504602545a2d1\""));
}

TEST(Digest, HashesTheSessionKeyTwice) {
  EXPECT_THAT(answer(example("MD5-sess")),
              HasSubstr("response=\"e783283f46242139c486a698fec7211d\""));
  EXPECT_THAT(answer(example("SHA-256-SESS")), HasSubstr("algorithm=SHA-256-SESS"));
  EXPECT_THAT(
      answer(example("sha-256-sess")),
      HasSubstr("response=\"2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7\""));
}

TEST(Digest, CoversTheTargetOfAConnect) {
  const auto text = answer(example("MD5"), "Mufasa", kConnect, 0x1a);
  EXPECT_THAT(text, HasSubstr("uri=\"a.test:443\""));
  EXPECT_THAT(text, HasSubstr("nc=0000001a,"));
  EXPECT_THAT(text, HasSubstr("response=\"cb36a1c786cf8e396e790065af0fa0d3\""));
}

TEST(Digest, CoversAnEmptyBodyForAuthInt) {
  const auto text = answer("Digest realm=r, nonce=n, qop=auth-int");
  EXPECT_THAT(text, HasSubstr("qop=auth-int, response=\"11605d06519bc3a32daa9767e5309354\""));
}

TEST(Digest, QuotesAndHashesTheValueItself) {
  const auto text = answer(R"(Digest realm="a\"b\\c", nonce="n", qop="auth")", R"(x"\y)");
  EXPECT_THAT(text, HasSubstr(R"(username="x\"\\y", realm="a\"b\\c")"));
  EXPECT_THAT(text, HasSubstr("response=\"4ba7576731bf92c0ff145a51db44b371\""));
  EXPECT_THAT(answer("Digest nonce=n", "a\r\nb"), HasSubstr("username=\"ab\""));
}

TEST(Digest, HashesTheUserNameWhereAsked) {
  const auto text = answer(example("SHA-256") + ", userhash=true");
  EXPECT_THAT(
      text,
      HasSubstr("username=\"a947aad205e80e429958a387394944c6b496301e79f89d35a4cc23b6ee12b5b6\""));
  EXPECT_THAT(text, HasSubstr("userhash=true"));
  EXPECT_THAT(
      text,
      HasSubstr("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""))
      << "the response is about the plain name";
}

TEST(Digest, KnowsWhatItCannotAnswer) {
  EXPECT_TRUE(supported("Digest nonce=n"));
  EXPECT_TRUE(supported("Digest nonce=n, algorithm=md5, qop=\"auth-conf,auth\""));
  EXPECT_FALSE(supported("Basic nonce=n"));
  EXPECT_FALSE(supported("Digest realm=r"));
  EXPECT_FALSE(supported("Digest nonce=n, algorithm=SHA-512-256"));
  EXPECT_FALSE(supported("Digest nonce=n, algorithm=-sess, qop=auth"));
  EXPECT_FALSE(supported("Digest nonce=n, qop=auth-conf"));
  EXPECT_FALSE(supported("Digest nonce=n, qop=\"\""));
  EXPECT_FALSE(supported("Digest nonce=n, algorithm=MD5-sess"));
  EXPECT_TRUE(supported("Digest nonce=n, stale=TRUE")->stale);
  EXPECT_FALSE(supported("Digest nonce=n, stale=false")->stale);
}

bool right(std::string_view value, std::string_view user = "Mufasa",
           std::string_view password = kPassword, DigestRequest request = kGet) {
  const auto authorization = parse_digest_authorization(value);
  return authorization && digest_is_right(*authorization, user, password, request);
}

TEST(Digest, IsCheckedByTheProxy) {
  for (const auto& challenge :
       {example("MD5"), example("SHA-256"), example("MD5-sess"), example("SHA-256-sess"),
        example("SHA-256") + ", userhash=true", std::string("Digest realm=r, nonce=n"),
        std::string("Digest realm=r, nonce=n, qop=auth-int")}) {
    const auto value = answer(challenge);
    EXPECT_TRUE(right(value)) << value;
    EXPECT_FALSE(right(value, "Scar")) << value;
    EXPECT_FALSE(right(value, "Mufasa", "circle of life")) << value;
    EXPECT_FALSE(right(value, "Mufasa", kPassword, {"HEAD", kGet.uri})) << value;
    EXPECT_FALSE(right(value, "Mufasa", kPassword, {"GET", "/"})) << value;
  }
}

/// What curl 7.88.1 sent as user `x"\y` with password `p:q w`, to challenges of each kind.
TEST(Digest, TakesWhatCurlSends) {
  for (
      const std::string_view value :
      {R"(Digest username="x\"\\y", realm="a\"b", nonce="n1", uri="a.test:443", cnonce="ZjgwNTAwNGVmZmEzYmYwZmYwMmM2YTIxODAyYjU2OTY=", nc=00000001, qop=auth, response="d1fa8dd1344f99365b31c0377541b3814e5feede4f3db4e4e380fed15d3410c7", opaque="o", algorithm=SHA-256)",
       R"(Digest username="x\"\\y", realm="r", nonce="n1", uri="a.test:443", response="f8fdf299d5d7209c59bff482a3fcef7e")",
       R"(Digest username="x\"\\y", realm="r", nonce="n1", uri="a.test:443", cnonce="Y2MxZWRhOTYwOWFiNGQ2OTVjMWU3YmIzZjU3MTBmMmU=", nc=00000001, qop=auth, response="f5e577960bf942271ce5113b72bf1323", algorithm=MD5-sess)",
       R"(Digest username="x\"\\y", realm="r", nonce="n1", uri="a.test:443", cnonce="NzUzYTdlMDc5NzM0ZmI4NDJkODdlNzczMGZiNzRkMGE=", nc=00000001, qop=auth-int, response="c2a9939f01ffbd407711d2e6f56baa4e")",
       R"(Digest username="6540be741e46ccda8c717afa45c736fe913d61bc48a86c5697a723bd646cdffb", realm="r", nonce="n1", uri="a.test:443", cnonce="NGE0ZWM4NGE0NmRmYTYyNWQ0YzM5YzQ5Y2ViNGQyMzA=", nc=00000001, qop=auth, response="1e6ae8561fdbfa8538bdcb7cf19175cfc28b8497575784b48a4ff9220f268e2d", algorithm=SHA-256, userhash=true)"}) {
    EXPECT_TRUE(right(value, R"(x"\y)", "p:q w", kConnect)) << value;
  }
}

TEST(Digest, IsReadByTheProxy) {
  const auto read = parse_digest_authorization(answer(example("MD5"), "Mufasa", kConnect, 0xff));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->username, "Mufasa");
  EXPECT_EQ(read->uri, "a.test:443");
  EXPECT_EQ(read->cnonce, kCnonce);
  EXPECT_EQ(read->count, 255U);
  EXPECT_EQ(read->answered.nonce, "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v");
  EXPECT_EQ(read->answered.qop, DigestQop::auth);
}

TEST(Digest, IsRefusedByTheProxyIfSomethingIsMissing) {
  const std::string most = "Digest username=u, realm=r, nonce=n, uri=\"/\", response=x";
  EXPECT_TRUE(parse_digest_authorization(most));
  EXPECT_TRUE(parse_digest_authorization(most + ", qop=auth, cnonce=c, nc=00000001"));
  for (const auto* more :
       {", qop=auth", ", qop=auth, cnonce=c", ", qop=auth, nc=00000001",
        ", qop=auth, cnonce=c, nc=1", ", qop=auth, cnonce=c, nc=0000000g",
        ", qop=auth, cnonce=c, nc=-0000001", ", qop=auth, cnonce=c, nc=000000001",
        ", qop=auth, cnonce=c, nc=0000000A", ", algorithm=SHA-1", ", Basic realm=x"}) {
    EXPECT_FALSE(parse_digest_authorization(most + more)) << more;
    EXPECT_NE(digest_flaw(most + more), "") << more;
  }
  EXPECT_EQ(digest_flaw(most + ", qop=auth, cnonce=c, nc=0000000a"), "");
  EXPECT_EQ(digest_flaw(most + ", qop=auth, cnonce=c, nc=0000000A"),
            "`nc` is not 8 hexadecimal digits in lower case");
  for (const auto* value : {"", "Basic dTpw", "Digest", "Digest username=u, nonce=n"}) {
    EXPECT_FALSE(parse_digest_authorization(value)) << value;
  }
}

/// Which of the two was meant, a proxy and what stands behind it might see in two ways.
TEST(Digest, IsRefusedByTheProxyIfAParameterStandsTwice) {
  const std::string most =
      "Digest username=u, realm=r, nonce=n, uri=\"/\", response=x, qop=auth, cnonce=c, nc=00000001";
  EXPECT_TRUE(parse_digest_authorization(most));
  for (const auto* name :
       {"username", "realm", "nonce", "uri", "response", "qop", "cnonce", "nc"}) {
    const auto value = fmt::format("{}, {}=\"x\"", most, name);
    EXPECT_FALSE(parse_digest_authorization(value)) << value;
    EXPECT_EQ(digest_flaw(value), fmt::format("`{}` stands twice", name));
  }
  EXPECT_EQ(digest_flaw(most + ", UserName=v"), "`username` stands twice");
  EXPECT_EQ(digest_flaw(most + ", secret=1, secret=2"), "a parameter stands twice");
}

}  // namespace
}  // namespace misproxy
