#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/real_server.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/tshark.hpp"
#include "support/upstream_text.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

ClientSettings getting(const std::string& url) {
  ClientSettings client;
  client.method = ClientSettings::Method::get;
  client.url = url;
  return client;
}

constexpr auto kOrigin = "[[origin]]\nhost = '2001:db8::1'\n";

TEST(Ipv6, AProxyAndAnOriginByTheirAddresses) {
  Folder folder;
  Served served({folder.write("up.toml", upstream_text(kOrigin))}, {"--listen", "[::1]:0"});
  EXPECT_EQ(served.ready().proxy_url, fmt::format("http://[::1]:{}", served.port()));
  for (const auto* url :
       {"https://[2001:db8::1]/healthcheck", "https://[2001:DB8:0:0::1]/healthcheck"}) {
    const auto client = getting(url);
    const auto result = curl(curl_arguments(served.ready(), client), client);
    EXPECT_EQ(result.exit, 0) << result.message;
    EXPECT_EQ(result.out, "healthy\n");
  }
  Socket other("::1", served.port());
  other.send("CONNECT [2001:db8::2]:443 HTTP/1.1\r\n\r\n");
  EXPECT_THAT(other.read_all(), HasSubstr("HTTP/1.1 403 Forbidden\r\n"));
  served.stop();
}

TEST(Ipv6, ACaptureThatTsharkAndTheDiagnosisRead) {
  Folder folder;
  const auto capture = (folder / "c.pcapng").string();
  const auto scenario = folder.write(
      "up.toml", upstream_text(std::string(kOrigin) +
                               "[[fault]]\nid = 'no'\nwhen = { point = 'request-head' }\n"
                               "do = { respond = { status = 403 } }\n"));
  Served served({scenario}, {"--listen", "[::1]:0", "--capture", capture, "--exit-after", "1"});
  const auto client = getting("https://[2001:db8::1]/healthcheck");
  EXPECT_EQ(curl(curl_arguments(served.ready(), client), client).http_connect, 403);
  served.wait();
  const auto frames =
      tshark_frames(capture, {"ipv6.src", "ipv6.dst", "tcp.checksum.status", "_ws.expert.severity",
                              "_ws.malformed", "tcp.dstport"});
  ASSERT_GT(frames.size(), 6U);
  for (const auto& frame : frames) {
    EXPECT_EQ(frame.at("ipv6.src"), "::1");
    EXPECT_EQ(frame.at("tcp.checksum.status"), "1");
    EXPECT_EQ(frame.at("_ws.malformed"), "");
  }
  const auto text = misproxy({"capture", "text", capture});
  EXPECT_THAT(text.out, HasSubstr(fmt::format(" > ::1.{}: Flags [S], seq ", served.port())));
  EXPECT_THAT(text.out, HasSubstr(" IP6 ::1."));
  const auto verdict = misproxy({"diagnose", capture});
  EXPECT_EQ(verdict.code, 1) << verdict.err;
  EXPECT_THAT(verdict.out, HasSubstr("403"));
}

TEST(Ipv6, ARealUpstreamThere) {
  const RealServer nginx;
  Folder folder;
  const auto scenario = folder.write(
      "up.toml", upstream_text(fmt::format("[[origin]]\nhost = 'real.test'\nconnect-to = "
                                           "'[::1]:{}'\n",
                                           nginx.tls_port())));
  Served served({scenario}, {"--listen", "[::1]:0"});
  auto ready = served.ready();
  ready.ca = nginx.certificate();
  const auto client = getting("https://real.test/small");
  EXPECT_EQ(curl(curl_arguments(ready, client), client).out, "a real answer\n");
  served.stop();
}

}  // namespace
}  // namespace misproxy::test
