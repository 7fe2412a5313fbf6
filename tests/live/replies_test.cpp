// Replies to the byte, to real curl.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/served.hpp"

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

}  // namespace
}  // namespace misproxy::test
