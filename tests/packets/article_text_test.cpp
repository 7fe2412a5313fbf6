#include "packets/article_text.hpp"

#include <gmock/gmock.h>

#include "capture/conversation.hpp"
#include "packets/tls_text.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"

namespace misproxy {
namespace {

using test::from_proxy;
using test::kMorning;
using test::segment;
using testing::ElementsAre;

std::vector<std::string> lines_of(ArticleText& text, const std::vector<Packet>& packets) {
  std::vector<std::string> all;
  for (const auto& packet : packets) {
    for (const auto& line : text.lines(test::Uncaptured(kMorning, packet).packet()))
      all.push_back(line.starts_with("10:20:58.987654 IP ") ? line.substr(19) : "| " + line);
  }
  return all;
}

std::vector<std::string> lines_of(const std::vector<Packet>& packets) {
  ArticleText text;
  return lines_of(text, packets);
}

TEST(ArticleText, ReadsAsTheArticleDoes) {
  EXPECT_THAT(
      lines_of(test::whole_story()),
      ElementsAre(
          "client.54321 > proxy.80: Flags [S], seq 0, win 64240, options [mss 1460], length 0",
          "proxy.80 > client.54321: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460], "
          "length 0",
          "client.54321 > proxy.80: Flags [.], ack 1, win 502, length 0",
          "| CONNECT tools.cisco.com:443 HTTP/1.1", "| Host: tools.cisco.com:443",
          "| User-Agent: curl/8.5.0", "| Proxy-Connection: Keep-Alive",
          "proxy.80 > client.54321: Flags [.], ack 122, length 0",
          "| HTTP/1.1 200 Connection established",
          "client.54321 > proxy.80: Flags [.], ack 40, length 0",
          "client.54321 > proxy.80: Flags [P.], length 517 (Client Hello)",
          "proxy.80 > client.54321: Flags [.], ack 639, length 0",
          "proxy.80 > client.54321: Flags [.], length 1448 (Server Hello)",
          "proxy.80 > client.54321: Flags [.], length 1448",
          "proxy.80 > client.54321: Flags [P.], length 113",
          "client.54321 > proxy.80: Flags [.], ack 3049, length 0",
          "10.40.40.254 > client: ICMP proxy unreachable - need to frag (mtu 1300), length 36",
          "client.54321 > proxy.80: Flags [.], ack 1, options [sack 2 {10001:11449}{20001:20101}], "
          "length 0",
          "client.54321 > proxy.80: Flags [F.], seq 639, ack 3049, length 0",
          "proxy.80 > client.54321: Flags [.], ack 640, length 0",
          "proxy.80 > client.54321: Flags [F.], seq 3049, ack 640, length 0",
          "client.54321 > proxy.80: Flags [.], ack 3050, length 0"));
}

TEST(ArticleText, AnRstWithoutAnAckHasItsNumber) {
  Conversation talk(test::kClient, test::kProxy, 1);
  ArticleText text;
  const auto opened = talk.opened();
  lines_of(text, opened);
  const auto sent = talk.sent(Side::client, std::string(1440, 'x'));
  auto rst = from_proxy(segment(opened[2].tcp()->ack + 1440, 0));
  auto& tcp = std::get<TcpSegment>(rst.body);
  tcp.rst = true;
  tcp.has_ack = false;
  tcp.window = 0;
  EXPECT_THAT(lines_of(text, {sent[0], rst, sent[0]}),
              ElementsAre("client.54321 > proxy.80: Flags [P.], length 1440",
                          "proxy.80 > client.54321: Flags [R], seq 1441, win 0, length 0",
                          "client.54321 > proxy.80: Flags [P.], length 1440 # sent again"));
}

TEST(ArticleText, AHeadMayComeInPiecesAndWithAFin) {
  auto last = from_proxy(segment(30, 2, "\nBad: \x01\xff\r\n\r\n<body>"));
  std::get<TcpSegment>(last.body).fin = true;
  EXPECT_THAT(
      lines_of({from_proxy(segment(1, 2, "HTTP/1.1 403 Forbidden\r\nVia: ")), last}),
      ElementsAre("| HTTP/1.1 403 Forbidden", "| Via: ", "| Bad: \\x01\\xff",
                  "10.10.10.1.80 > 10.40.40.1.54321: Flags [FP.], seq 30, ack 1, length 18"));
}

TEST(ArticleText, OnLoopbackPortsTellWhoIsWho) {
  const SocketAddress client{0x7F000001, 40000};
  const SocketAddress proxy{0x7F000001, 3128};
  const auto lines = lines_of(Conversation(client, proxy, 1).opened());
  EXPECT_TRUE(lines[0].starts_with("client.40000 > proxy.3128: Flags [S],")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("proxy.3128 > client.40000: Flags [S.],")) << lines[1];
}

TEST(ArticleText, HostsThatOpenedNothingKeepTheirAddresses) {
  const SocketAddress origin{0x48A304A1, 443};
  ArticleText text;
  lines_of(text, Conversation(test::kClient, test::kProxy, 1).opened());
  const auto lines = lines_of(text, Conversation({test::kProxyHost, 50000}, origin, 1).opened());
  EXPECT_TRUE(lines[0].starts_with("proxy.50000 > 72.163.4.161.443: Flags [S], seq 0")) << lines[0];
}

TEST(TlsText, NamesTheRecordAtTheBeginning) {
  const auto record = [](std::string_view head, std::size_t size) {
    return std::string(head) + std::string(size, 'x');
  };
  EXPECT_EQ(tls_text(record({"\x16\3\1\0\x40\1\0\0\x3c", 9}, 60)), "Client Hello");
  EXPECT_EQ(tls_text(record({"\x16\3\3\0\x40\2\0\0\x3c", 9}, 60)), "Server Hello");
  EXPECT_EQ(tls_text(record({"\x16\3\3\0\x28\0\0\0\0", 9}, 36)), "Encrypted Handshake");
  EXPECT_EQ(tls_text(record({"\x16\3\3\0\x46\x10\0\0\x42", 9}, 66)), "Client Key Exchange");
  EXPECT_EQ(tls_text(record({"\x17\3\3\0\x20", 5}, 10)), "Encrypted Application Data");
  EXPECT_EQ(tls_text(std::string_view("\x15\3\3\0\2\2\x28", 7)), "Alert");
  EXPECT_EQ(tls_text(std::string_view("\x15\3\3\0\x1a", 5)), "Encrypted Alert");
  EXPECT_EQ(tls_text(std::string_view("\x14\3\3\0\1\1", 6)), "Change Cipher Spec");
  for (const std::string_view none : {"", "\x16\3", "GET / HTTP/1.1", "\x17\4\3\1\1"})
    EXPECT_EQ(tls_text(none), "");
}

}  // namespace
}  // namespace misproxy
