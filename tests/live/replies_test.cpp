// Replies to the byte, to real curl.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/served.hpp"
#include "support/socket.hpp"

namespace misproxy::test {
namespace {

/// curl's words for a host through a proxy that answers so at this point.
CurlResult answered(std::string_view point, std::string_view respond,
                    const std::string& host = "a.test",
                    const std::vector<std::string>& flags = {}) {
  Folder folder;
  Served served({folder.write(
      "x.toml", fmt::format("schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n"
                            "[[origin]]\nhost = 'a.test'\nalpn = ['http/1.1']\n"
                            "[[fault]]\nid = 'f'\nwhen = {{ point = '{}' }}\n"
                            "do = {{ respond = {{ {} }} }}\n",
                            point, respond))});
  ClientSettings client;
  client.url = fmt::format("https://{}/healthcheck", host);
  client.method = ClientSettings::Method::get;
  auto arguments = curl_arguments(served.ready(), client);
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  auto result = curl(arguments, client);
  served.stop();
  return result;
}

/// Before, the text of a 403 came into the tunnel: `wrong version number`.
TEST(Replies, A2xxForAHostWithoutAnOriginIsTheWholeAnswer) {
  const auto result = answered("request-head", "status = 200", "b.test");
  EXPECT_EQ(result.exit, 35) << result.message;
  EXPECT_EQ(result.http_connect, 200);
  EXPECT_EQ(result.message.find("wrong version"), std::string::npos) << result.message;
}

TEST(Replies, AHeadInTwoPartsIsAHead) {
  const auto result = answered("reply",
                               "raw = \"HTTP/1.1 200 OK\\r\\nX-Half: \","
                               "more = [{ after_ms = 200, text = \"more\\r\\n\\r\\n\" }]");
  EXPECT_EQ(result.exit, 0) << result.message;
  EXPECT_EQ(result.out, "healthy\n");
}

TEST(Replies, HalfAHeadAndThenNothing) {
  const auto result = answered(
      "reply", "raw = \"HTTP/1.1 407 No\\r\\nProxy-Authen\", silent = true", "a.test", {"-m", "1"});
  EXPECT_EQ(result.exit, 28) << result.message;
}

TEST(Replies, EveryByteAndFoldedLinesComeAsTheyAre) {
  const auto bytes =
      answered("inner-request", "raw_base64 = 'SFRUUC8xLjEgMjAwIE9LDQpYLUJ5dGU6IP8NCg0K'", "a.test",
               {"-i", "--http1.1"});
  EXPECT_TRUE(bytes.out.ends_with("\r\nHTTP/1.1 200 OK\r\nX-Byte: \xff\r\n\r\n")) << bytes.out;
  const auto folded =
      answered("inner-request", "status = 200, headers = [\"X-Long: one\\r\\n two\"], body = 'x'",
               "a.test", {"-i", "--http1.1"});
  EXPECT_EQ(folded.exit, 0) << folded.message;
  EXPECT_NE(folded.out.find("X-Long: one"), std::string::npos) << folded.out;
  EXPECT_NE(folded.out.find("two"), std::string::npos) << folded.out;
}

/// What a client reads that nothing has been asked of yet.
std::string unasked(std::string_view respond, std::string_view then_send = "",
                    std::string_view rest = "") {
  Folder folder;
  Served served({folder.write(
      "x.toml", fmt::format("schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n{}\n"
                            "[[origin]]\nhost = 'a.test'\n"
                            "[[fault]]\nid = 'f'\nwhen.point = 'accept'\ndo.respond = {{ {} }}\n",
                            rest, respond))});
  Socket client(served.port());
  auto read = client.read(4);
  client.send(then_send);
  return read + client.read_all();
}

/// A fault at bytes of a reply leaves it alone: it is none.
TEST(Replies, AtAcceptTheProxySpeaksUnasked) {
  EXPECT_EQ(unasked("raw = \"220 mail\\r\\n\""), "220 mail\r\n");
  EXPECT_EQ(unasked("raw_hex = '00ff', more = [{ after_ms = 20, text = 'ab' }]"),
            std::string("\0\xff"
                        "ab",
                        4));
  EXPECT_EQ(unasked("status = 403, body = 'go away'"),
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\ngo away");
  EXPECT_EQ(unasked("raw = \"hello\\r\\n\", keep_alive = true",
                    "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n",
                    "[[fault]]\nid = 'other'\nwhen = { point = 'reply', offset_bytes = 3 }\n"
                    "do.close.how = 'fin'\n"),
            "hello\r\nHTT")
      << "and the request is answered behind it";
  EXPECT_EQ(unasked("raw = \"220 mail\\r\\n\"", "", "[proxy]\ntls = true"), "220 mail\r\n")
      << "in the clear";
}

TEST(Replies, CurlTakesABannerForTheReplyToItsConnect) {
  const auto banner = answered("accept", "raw = \"SSH-2.0-OpenSSH_9.2\\r\\n\"");
  EXPECT_EQ(banner.exit, 56) << banner.message;
  const auto refused = answered("accept", "status = 403, body = 'no', keep_alive = false");
  EXPECT_EQ(refused.exit, 56) << refused.message;
}

}  // namespace
}  // namespace misproxy::test
