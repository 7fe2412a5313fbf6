// Single lines in all their forms, and texts that are none.

#include "evidence/tcpdump_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "evidence/read_tcpdump.hpp"

namespace misproxy::evidence {
namespace {

using std::chrono::nanoseconds;
using Kind = WirePacket::Kind;

TEST(EvidenceTcpdumpText, ReadsOldAndForeignForms) {
  struct Form {
    const char* line;
    const char* flags;
    std::uint32_t length;
  };
  for (const auto& form : {
           Form{"10:20:58.98 10.0.0.1.1 > 10.0.0.2.80: S 7:7(0) win 5840 <mss 1460,nop> (DF)", "S",
                0},
           Form{"10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: P 7:129(122) ack 1 win 5840", "P.", 122},
           Form{"10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: . ack 1 win 5840", ".", 0},
           Form{"10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: R 7:7(0) win 0", "R", 0},
           Form{"10:20:58.98 IP (tos 0x0, ttl 64, id 1, len 60) 10.0.0.1.1 > 10.0.0.2.80: F [tcp "
                "sum ok] 7:7(0) ack 2 win 5840",
                "F.", 0},
           Form{"   1: 02:12:47.142189 802.1Q vlan#100 P0 10.0.0.1.1 > 10.0.0.2.80: S 7:7(0) win "
                "8192 <mss 1380,nop,nop,sackOK>",
                "S", 0},
           Form{"IP 10.0.0.1.1 > 10.0.0.2.80: Flags [SEW], seq 7, win 1, length 0", "S", 0},
           Form{"IP 10.0.0.1.1 > 10.0.0.2.80: Flags [none], seq 7:8, win 1, length 1", "", 1},
           Form{"IP 10.0.0.1.1 > 10.0.0.2.80: Flags [FP.], seq 7:8, ack 1, win 1, length 1", "FP.",
                1},
           Form{"IP 10.0.0.1.1 > 10.0.0.2.80: Flags [P], seq 7:8, ack 1, win 1, length 1", "P.", 1},
           Form{"> 10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [P.], seq 7:9, ack 1, win 1",
                "P.", 2},
       }) {
    SCOPED_TRACE(form.line);
    const auto one = only(form.line);
    EXPECT_EQ(one.ends, "10.0.0.1:1 > 10.0.0.2:80");
    EXPECT_EQ(flags(one.packet), form.flags);
    EXPECT_EQ(one.packet.length, form.length);
    EXPECT_EQ(one.packet.kind, Kind::tcp);
  }
}

TEST(EvidenceTcpdumpText, ReadsWhatMailAndMarkdownMakeOfALine) {
  const std::string line =
      "10:20:58.98 IP 10.0.0.1.80 > 10.0.0.2.1234: Flags [R], seq 9, win 0, length 0";
  for (const auto* front : {"| ", "`", "- ", "* ", "    ", "\t", "> > "})
    EXPECT_EQ(only(front + line).packet.time, only(line).packet.time) << front;
  const auto wrapped = only(
      "10:20:58.98 IP 10.0.0.1.80 > 10.0.0.2.1234: Flags [S.], seq 1, ack 1, win 64240,\n"
      "options [mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7], length 0\n");
  EXPECT_EQ(wrapped.packet.mss, 1460);
  EXPECT_EQ(wrapped.packet.window_scale, 7);
  EXPECT_EQ(only("10:20:58.98 IP a.21 > b.1234: Flags [P.], seq 1:11, ack 1, win 6, length 10: "
                 "FTP: 220 hello")
                .payload,
            "220 hello\r\n");
}

TEST(EvidenceTcpdumpText, ReadsNamesAndServices) {
  const auto ends = [](const std::string& text) {
    return only("10:20:58.98 IP " + text + ": Flags [.], ack 1, win 1, length 0").ends;
  };
  EXPECT_EQ(ends("fmc.example.com.54321 > proxy.http"), "fmc.example.com:54321 > proxy:80");
  EXPECT_EQ(ends("fmc.40000 > 10.10.10.1.squid"), "fmc:40000 > 10.10.10.1:3128");
  EXPECT_EQ(ends("fmc.40000 > proxy.http-alt"), "fmc:40000 > proxy:8080");
  EXPECT_EQ(ends("FMC.40000 > proxy.https"), "FMC:40000 > proxy:443");
  EXPECT_EQ(ends("2001:db8::1.40000 > fe80::1%eth0.80"), "[2001:db8::1]:40000 > [fe80::1]:80");
  EXPECT_EQ(ends("fmc.nobodyknows > proxy.80"), "fmc.nobodyknows:0 > proxy:80");
}

TEST(EvidenceNames, KnowsANameByItsLetters) {
  Names names;
  const auto proxy = names.id_of("Proxy");
  EXPECT_EQ(proxy, names.id_of("pROXY"));
  EXPECT_NE(names.id_of("proxy"), names.id_of("proxy2"));
  EXPECT_EQ(names.id_of("10.10.10.1").family, HostId::Family::v4);
  EXPECT_EQ(names.id_of("10.10.10.256").family, HostId::Family::name);
  EXPECT_EQ(names.id_of("2001:DB8::1"), names.id_of("2001:db8:0::1"));
  EXPECT_EQ(names.text(names.id_of("PROXY")), "Proxy");
  EXPECT_EQ(names.text(SocketId{names.id_of("2001:db8::1"), 80}), "[2001:db8::1]:80");
  EXPECT_EQ(names.text(HostId{}), "");
  EXPECT_EQ(names.id_of(""), HostId{});
}

TEST(EvidenceTcpdumpText, ReadsSack) {
  const auto one = only(
      "10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [.], ack 40, win 66, options [nop,nop,TS val "
      "1 ecr 2,nop,nop,sack 2 {1488:2198}{3000:4000}], length 0");
  ASSERT_EQ(one.packet.sack_count, 2);
  EXPECT_EQ(one.packet.sack[0].begin, 1488U);
  EXPECT_EQ(one.packet.sack[1].end, 4000U);
}

TEST(EvidenceTcpdumpText, ReadsIcmp) {
  struct Message {
    const char* words;
    int type, code, mtu;
    const char* target;
  };
  for (const auto& message : {
           Message{"ICMP host 10.10.10.1 unreachable - admin prohibited filter, length 68", 3, 13,
                   0, "10.10.10.1:0"},
           Message{"ICMP 72.1.1.1 unreachable - need to frag (mtu 1400), length 556", 3, 4, 1400,
                   "72.1.1.1:0"},
           Message{"ICMP 10.10.10.1 tcp port 3128 unreachable, length 68", 3, 3, 0,
                   "10.10.10.1:3128"},
           Message{"ICMP proxy tcp port http unreachable, length 68", 3, 3, 0, "proxy:80"},
           Message{"ICMP net 10.10.10.1 unreachable, length 68", 3, 0, 0, "10.10.10.1:0"},
           Message{"ICMP host 10.10.10.1 unreachable - admin prohibited, length 68", 3, 10, 0,
                   "10.10.10.1:0"},
           Message{"ICMP time exceeded in-transit, length 68", 11, 0, 0, ":0"},
           Message{"ICMP echo request, id 1, seq 2, length 10", 8, 0, 0, ":0"},
           Message{"ICMP6, packet too big, mtu 1280, length 1240", 3, 4, 1280, ":0"},
           Message{"[icmp6 sum ok] ICMP6, destination unreachable, unreachable port, 2001:db8::80 "
                   "tcp port 80, length 117",
                   3, 3, 0, "[2001:db8::80]:80"},
           Message{"ICMP6, destination unreachable,  unreachable prohibited 2001:db8::80, length 7",
                   3, 10, 0, "[2001:db8::80]:0"},
       }) {
    SCOPED_TRACE(message.words);
    const auto one = only(std::string("10:20:58.98 IP gw > 10.40.40.1: ") + message.words);
    EXPECT_EQ(one.packet.kind, Kind::icmp);
    EXPECT_EQ(one.ends, "gw:0 > 10.40.40.1:0");
    EXPECT_EQ(one.packet.icmp_type, message.type);
    EXPECT_EQ(one.packet.icmp_code, message.code);
    EXPECT_EQ(one.packet.next_hop_mtu, message.mtu);
    EXPECT_EQ(one.quoted, std::string(":0 > ") + message.target);
  }
}

TEST(EvidenceTcpdumpText, ReadsThePacketThatIcmpQuotes) {
  const auto one = only(
      "04:35:24.993072 IP (tos 0xc0, ttl 64, id 21802, offset 0, flags [none], proto ICMP (1), "
      "length 576)\n"
      "    10.40.40.254 > 10.40.40.1: ICMP 10.10.10.1 unreachable - need to frag (mtu 1400), "
      "length "
      "556\n"
      "\tIP (tos 0x0, ttl 64, id 885, offset 0, flags [DF], proto TCP (6), length 1500)\n"
      "    10.40.40.1.43936 > 10.10.10.1.80: Flags [.], seq 124366:125814, ack 12, win 75, options "
      "[nop,nop,TS val 3915246563 ecr 188733341], length 1448: HTTP\n");
  EXPECT_EQ(one.packet.number, 2U);
  EXPECT_EQ(one.packet.ip_id, 21802);
  EXPECT_EQ(one.quoted, "10.40.40.1:43936 > 10.10.10.1:80");
  EXPECT_EQ(one.packet.quoted_seq, 124366U);
}

TEST(EvidenceTcpdumpText, ReadsDns) {
  const auto ask = only(
      "04:35:38.99 IP 10.40.40.1.48456 > 10.40.40.254.53: 14020+ [1au] AAAA? proxy.example.com. "
      "(35)");
  EXPECT_EQ(ask.packet.kind, Kind::dns);
  EXPECT_FALSE(ask.packet.dns_response);
  EXPECT_EQ(ask.packet.dns_id, 14020);
  EXPECT_EQ(ask.packet.dns_qtype, 28);
  EXPECT_EQ(ask.qname, "proxy.example.com");
  EXPECT_EQ(ask.packet.length, 35U);
  struct Answer {
    const char* words;
    int code, answers;
  };
  for (const auto& answer :
       {Answer{"14020 NXDomain 0/0/0 (35)", 3, 0}, Answer{"14020 ServFail- 0/0/0 (35)", 2, 0},
        Answer{"14020 Refused*- 0/1/0 (35)", 5, 0},
        Answer{"14020 2/0/0 A 1.2.3.4, A 5.6.7.8 (67)", 0, 2},
        Answer{"14020*-| 1/0/0 A 1.2.3.4 (51)", 0, 1},
        Answer{"[udp sum ok] 14020 NXDomain q: A? proxy.example.com. 0/0/0 (35)", 3, 0}}) {
    SCOPED_TRACE(answer.words);
    const auto one =
        only(std::string("04:35:38.99 IP gw.domain > 10.40.40.1.48456: ") + answer.words);
    EXPECT_EQ(one.packet.kind, Kind::dns);
    EXPECT_TRUE(one.packet.dns_response);
    EXPECT_EQ(one.packet.dns_id, 14020);
    EXPECT_EQ(one.packet.dns_rcode, answer.code);
    EXPECT_EQ(one.packet.dns_answers, answer.answers);
  }
}

TEST(EvidenceTcpdumpText, TakesTheHttpLineAtTheEnd) {
  const std::string front =
      "10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [P.], seq 1:123, ack 1, win 1, length 122";
  EXPECT_EQ(only(front + ": HTTP: CONNECT a.test:443 HTTP/1.1").payload,
            "CONNECT a.test:443 HTTP/1.1\r\n");
  EXPECT_EQ(only(front + ": HTTP").payload, "");
  EXPECT_EQ(only(front + ": HTTP [|http]").payload, "");
  EXPECT_EQ(only(front + ": HTTP, length: 122\n\tCONNECT a.test:443 HTTP/1.1\n\tHost: a.test\n\t\n")
                .payload,
            "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n");
  EXPECT_EQ(only(front + ": HTTP, length: 122\n\tHTTP/1.1 403 Forbidden [|http]\n").payload,
            "HTTP/1.1 403 Forbidden\r\n");
}

TEST(EvidenceTcpdumpText, ReadsWindowsPastes) {
  const std::string plain = file_text(kCases / "connect-lost" / "case.txt");
  const auto expected = read(plain).packets.size();
  ASSERT_GT(expected, 3U);
  std::string crlf;
  for (const char c : plain)
    crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  std::string wide = "\xff\xfe";
  std::string wide_big;
  for (const char c : crlf) {
    wide += {c, '\0'};
    wide_big += {'\0', c};
  }
  std::string mail = "```\n";
  for (const char c : "> " + plain)
    mail += c == '\n' ? std::string("\n> ") : std::string(1, c);
  for (const auto& text : {crlf, "\xef\xbb\xbf" + plain, wide, wide_big, mail}) {
    const auto all = read(text);
    EXPECT_EQ(all.packets.size(), expected);
    EXPECT_EQ(all.skipped, 0U);
    EXPECT_TRUE(looks_like_tcpdump_text(text));
  }
}

TEST(EvidenceTcpdumpText, BearsEveryPrefixOfEveryLine) {
  auto text = file_text(kCases / "mtu-bh-up" / "case_alt.txt").substr(0, 3000);
  text += file_text(kCases / "dns-nxdomain" / "case.txt");
  text += tcpdump(kCases / "ok-pmtud-icmp-up" / "case.pcap", {"-nvX", "-c", "20"});
  text += tcpdump(kCases / "ok-pmtud-icmp-up" / "case.pcap", {"-nve", "icmp", "-c", "2"});
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    for (std::size_t size = 0; size <= end - begin; ++size) {
      const std::string exact = text.substr(begin, size);  // so that a sanitizer sees its end
      EXPECT_LE(read(exact).packets.size(), 1U);
    }
    begin = end + 1;
  }
}

TEST(EvidenceTcpdumpText, BearsAnyBytes) {
  const auto text = file_text(kCases / "mtu-bh-up" / "case_alt.txt").substr(0, 4000);
  std::uint32_t state = 1;
  const auto draw = [&] { return state = state * 1664525 + 1013904223; };
  for (int round = 0; round < 300; ++round) {
    auto broken = text;
    for (int change = 0; change < 40; ++change)
      broken[(draw() >> 8) % broken.size()] = static_cast<char>(draw() >> 24);
    read(broken);
  }
  std::string noise;
  for (int i = 0; i < 200'000; ++i)
    noise += static_cast<char>(draw() >> 24);
  for (const auto& one : read(noise).packets)
    EXPECT_EQ(one.packet.kind, Kind::other) << one.line;  // a `#` begins a note
}

TEST(EvidenceTcpdumpText, BearsLinesOfMegabytes) {
  constexpr std::size_t kSize = 2'000'000;
  for (const std::string piece :
       {"a", " > ", "(", "(tos 0x", "GET ", "HTTP/1.1 200", "{1:2}", "0x0000: ", ",", " ", ">",
        "> ", "\t", "sack 1 {", "#", "A? ", ": "}) {
    std::string many;
    while (many.size() < kSize)
      many += piece;
    read(many);
    read("10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [.], " + many);
    read("10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.53: 1 " + many);
    read("10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [P.], length 9\nE..." + many + "\n");
  }
  const std::string line =
      "10:20:58.98 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [.], ack 1, win 1, length 0";
  const auto after = read(std::string(kSize, 'x') + "\n" + line + "\n");
  ASSERT_EQ(after.packets.size(), 1U);
  EXPECT_EQ(after.packets.front().packet.number, 2U);
}

}  // namespace
}  // namespace misproxy::evidence
