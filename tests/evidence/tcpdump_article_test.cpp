// The article's dialect: lines that a person wrote.

#include "evidence/tcpdump_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "evidence/read_tcpdump.hpp"

namespace misproxy::evidence {
namespace {

using std::chrono::nanoseconds;
using Kind = WirePacket::Kind;

TEST(EvidenceTcpdumpText, ReadsTheArticlesHandshake) {
  const auto text = read(
      "admin@fmc:~$ sudo tcpdump -i eth0\n"
      "10:20:58.987654 IP client.54321 > proxy.80: Flags [S], seq 0, win 64240, options [mss "
      "1460], "
      "length 0\n"
      "10:20:58.987700 IP proxy.80 > client.54321: Flags [S.], seq 0, ack 1, win 65160, options "
      "[mss "
      "1460], length 0\n"
      "10:20:58.987734 IP client.54321 > proxy.80: Flags [.], ack 1, win 64240, length 0\n");
  ASSERT_EQ(text.packets.size(), 3U);
  EXPECT_EQ(text.skipped, 0U);
  EXPECT_EQ(text.packets[0].packet.number, 2U);
  EXPECT_EQ(text.packets[0].packet.mss, 1460);
  EXPECT_EQ(text.packets[1].ends, "proxy:80 > client:54321");
  EXPECT_EQ(text.packets[1].packet.ack, 1U);
}

TEST(EvidenceTcpdumpText, ReadsHeadsThatStandAlone) {
  const auto text = read(
      "CONNECT tools.cisco.com:443 HTTP/1.1\n"
      "Host: tools.cisco.com:443\n"
      "User-Agent: curl/8.5.0\n"
      "Proxy-Connection: Keep-Alive\n"
      "Error Response from Proxy:\n"
      "HTTP/1.1 403 Forbidden\n"
      "Content-Type: text/html\n"
      "Connection: close\n"
      "\n"
      "Tip: nothing of it\n");
  ASSERT_EQ(text.packets.size(), 2U);
  EXPECT_EQ(text.skipped, 2U);
  const auto& request = text.packets[0];
  EXPECT_EQ(request.ends, "client:0 > proxy:0");
  EXPECT_EQ(request.payload,
            "CONNECT tools.cisco.com:443 HTTP/1.1\r\nHost: tools.cisco.com:443\r\n"
            "User-Agent: curl/8.5.0\r\nProxy-Connection: Keep-Alive\r\n\r\n");
  EXPECT_EQ(request.packet.length, request.payload.size());
  EXPECT_FALSE(request.packet.seq || request.packet.ack || request.packet.time);
  EXPECT_EQ(text.packets[1].ends, "proxy:0 > client:0");
  EXPECT_EQ(text.packets[1].payload,
            "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(text.packets[1].packet.number, 6U);
}

TEST(EvidenceTcpdumpText, GivesAHeadToTheConnectionLastSpokenOf) {
  const auto text = read(
      "IP fmc.54321 > proxy.80: Flags [.], ack 1, win 64240, length 0\n"
      "CONNECT tools.cisco.com:443 HTTP/1.1\n"
      "HTTP/1.1 200 Connection established\n"
      "IP fmc.54321 > proxy.80: Flags [P.], length 517 (Client Hello)\n"
      "IP proxy.80 > fmc.54321: Flags [P.], length 39\n"
      "HTTP/1.1 200 Connection established\n");
  ASSERT_EQ(text.packets.size(), 5U);
  EXPECT_EQ(text.packets[1].ends, "fmc:54321 > proxy:80");
  EXPECT_EQ(text.packets[2].ends, "proxy:80 > fmc:54321");
  EXPECT_EQ(text.packets[3].note, "Client Hello");
  EXPECT_EQ(text.packets[4].payload, "HTTP/1.1 200 Connection established\r\n");
  EXPECT_EQ(text.packets[4].packet.length, 39U);
}

TEST(EvidenceTcpdumpText, KeepsTheArticlesNotes) {
  const auto text = read(
      "10:21:00.456000 IP fmc.54321 > proxy.80: Flags [P.], length 1440 # FMC sending data\n"
      "# No response from proxy, connection goes idle...\n"
      "10:21:00.456123 IP proxy.80 > fmc.54321: Flags [R], seq X, win 0, length 0 # Proxy resets "
      "connection due to MTU issue\n");
  ASSERT_EQ(text.packets.size(), 3U);
  EXPECT_EQ(text.packets[0].note, "FMC sending data");
  EXPECT_FALSE(text.packets[0].packet.seq);
  EXPECT_EQ(text.packets[1].packet.kind, Kind::other);
  EXPECT_EQ(text.packets[1].note, "No response from proxy, connection goes idle...");
  EXPECT_FALSE(text.packets[2].packet.seq);
  EXPECT_EQ(text.packets[2].packet.window, 0);
  EXPECT_EQ(flags(text.packets[2].packet), "R");
  EXPECT_EQ(text.packets[2].note, "Proxy resets connection due to MTU issue");
}

/// The article's section on the MTU, as it stands there.
constexpr std::string_view kArticle = R"(Proxy Fails File Download (MTU Issue)
In this case, FMC connects to the proxy and starts downloading files, but the session fails due to MTU issues.
TCP Handshake Initiation
FMC initiates TCP handshake with the proxy, which succeeds.
Example tcpdump output:
10:20:58.987654 IP fmc.54321 > proxy.80: Flags [S], seq 0, win 64240, options [mss 1460], length 0
10:20:58.987700 IP proxy.80 > fmc.54321: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460], length 0
10:20:58.987734 IP fmc.54321 > proxy.80: Flags [.], ack 1, win 64240, length 0
HTTP CONNECT Request and Tunnel Establishment
FMC sends an HTTP CONNECT request, and the proxy responds, allowing the tunnel to be established.
Example tcpdump (decoded HTTP):
CONNECT tools.cisco.com:443 HTTP/1.1
Host: tools.cisco.com:443
User-Agent: FMC-Agent
Proxy-Connection: Keep-Alive
TLS Handshake Begins
FMC and tools.cisco.com start negotiating SSL/TLS, and the initial packets are exchanged.
Example tcpdump output:
HTTP/1.1 200 Connection established
10:20:59.123456 IP fmc.54321 > proxy.80: Flags [P.], length 517 (Client Hello)
10:20:59.123789 IP proxy.80 > fmc.54321: Flags [P.], length 1514 (Server Hello)
Packet Fragmentation or Drop Due to MTU
Example tcpdump showing fragmentation attempt:
10:21:00.456000 IP fmc.54321 > proxy.80: Flags [P.], length 1440 # Large packet
10:21:00.456123 IP proxy.80 > fmc.54321: Flags [R], seq X, win 0, length 0 # Proxy resets connection due to MTU issue
Tip: MTU issue results in dropped or fragmented packets, which disrupt the TLS handshake.
Connection Teardown:
10:21:05.000111 IP client.54321 > proxy.80: Flags [F.], seq 1234, ack 5678, length 0
10:21:05.000120 IP proxy.80 > client.54321: Flags [F.], seq 5678, ack 1235, length 0
10:21:05.000125 IP client.54321 > proxy.80: Flags [.], ack 5679, length 0
)";

TEST(EvidenceTcpdumpText, ReadsTheArticleAsItIsPasted) {
  const auto text = read(kArticle);
  std::string told;
  for (const auto& one : text.packets)
    told += std::to_string(one.packet.number) + " " + one.ends + " " + flags(one.packet) + " " +
            std::to_string(one.packet.length) + " " + one.note + "\n";
  EXPECT_EQ(told,
            "6 fmc:54321 > proxy:80 S 0 \n"
            "7 proxy:80 > fmc:54321 S. 0 \n"
            "8 fmc:54321 > proxy:80 . 0 \n"
            "12 fmc:54321 > proxy:80 P. 120 \n"
            "19 proxy:80 > fmc:54321 P. 39 \n"
            "20 fmc:54321 > proxy:80 P. 517 Client Hello\n"
            "21 proxy:80 > fmc:54321 P. 1514 Server Hello\n"
            "24 fmc:54321 > proxy:80 P. 1440 Large packet\n"
            "25 proxy:80 > fmc:54321 R 0 Proxy resets connection due to MTU issue\n"
            "28 client:54321 > proxy:80 F. 0 \n"
            "29 proxy:80 > client:54321 F. 0 \n"
            "30 client:54321 > proxy:80 . 0 \n");
  EXPECT_EQ(text.skipped, 15U);  // the prose
}

/// Runs of lines without prose between them.
TEST(EvidenceTcpdumpText, ReadsEachBlockOfTheArticleAlone) {
  const auto whole = read(kArticle);
  std::size_t read_alone = 0;
  std::string block;
  const auto end_block = [&] {
    if (block.empty()) return;
    EXPECT_TRUE(looks_like_tcpdump_text(block)) << block;
    const auto alone = read(block);
    EXPECT_EQ(alone.skipped, 0U) << block;
    read_alone += alone.packets.size();
    block.clear();
  };
  TcpdumpLines lines(kArticle);
  while (const auto line = lines.next()) {
    const bool header =
        !block.empty() && !line->starts_with("Tip") && line->find(": ") < line->find(' ');
    if (line->starts_with("10:") || line->starts_with("CONNECT ") || line->starts_with("HTTP/1") ||
        header)
      block += std::string(*line) + "\n";
    else
      end_block();
  }
  end_block();
  EXPECT_EQ(read_alone, whole.packets.size());
}

TEST(EvidenceTcpdumpText, LeavesAnotherCommandsOutputAlone) {
  const auto text = read(
      "admin@fmc:~$ curl -x http://10.10.10.1:80 -I https://tools.cisco.com\n"
      "*   Trying 10.10.10.1:80...\n"
      "> Host: tools.cisco.com:443\n"
      "HTTP/1.1 200 Connection established\n"
      "\n"
      "> CONNECT tools.cisco.com:443 HTTP/1.1\n"
      "< HTTP/1.1 403 Forbidden\n");
  EXPECT_TRUE(text.packets.empty());
}

TEST(EvidenceTcpdumpText, KnowsItsTexts) {
  EXPECT_TRUE(looks_like_tcpdump_text("listening on eth0, link-type EN10MB (Ethernet)\n"));
  EXPECT_TRUE(looks_like_tcpdump_text("IP a.1 > b.80: Flags [S], seq 0, length 0"));
  EXPECT_TRUE(looks_like_tcpdump_text("CONNECT tools.cisco.com:443 HTTP/1.1\n"));
  EXPECT_FALSE(looks_like_tcpdump_text(""));
  EXPECT_FALSE(looks_like_tcpdump_text("Login FMC GUI > Choose System > , and then choose: x\n"));
  EXPECT_FALSE(looks_like_tcpdump_text("# a note\nPROXY_HOST 10.10.10.1;\n"));
  for (const auto& path : files_named("case.curl"))
    EXPECT_FALSE(looks_like_tcpdump_text(file_text(path))) << path;
  for (const auto* name : {"case.conf", "case.netstat", "case.json", "case.pcap", "case.keylog"})
    for (const auto& path : files_named(name))
      EXPECT_FALSE(looks_like_tcpdump_text(file_text(path))) << path;
}

}  // namespace
}  // namespace misproxy::evidence
