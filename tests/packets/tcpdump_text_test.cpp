#include "packets/tcpdump_text.hpp"

#include <gtest/gtest.h>

#include "capture/checksum.hpp"
#include "capture/ip_bytes.hpp"
#include "packets/capture_file.hpp"
#include "packets/text_parts.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"

namespace misproxy {
namespace {

using test::from_proxy;
using test::kMorning;
using test::pcap_file;
using test::RawFrame;
using test::ScratchFile;
using test::segment;
using test::Uncaptured;

std::string our_text(const std::string& path) {
  auto opened = evidence::CaptureFile::open(path);
  auto& capture = std::get<evidence::CaptureFile>(opened);
  TcpdumpText text;
  std::string out;
  while (const auto* packet = capture.next()) {
    if (is_told(*packet)) out += text.line(*packet) + "\n";
  }
  EXPECT_FALSE(capture.error());
  return out;
}

void expect_as_tcpdump(const std::string& bytes) {
  const ScratchFile file("text.pcap", bytes);
  const auto ours = our_text(file.path());
  EXPECT_FALSE(ours.empty());
  EXPECT_EQ(ours, test::real_tcpdump(file.path()));
}

void expect_as_tcpdump(const std::vector<Packet>& packets) {
  std::vector<RawFrame> frames;
  frames.reserve(packets.size());
  for (const auto& packet : packets)
    frames.push_back({ethernet_frame(packet)});
  expect_as_tcpdump(pcap_file(1, frames));
}

/// A frame with options and flags that our own writer never writes; tcpdump does not mind the
/// checksum.
RawFrame odd_frame(unsigned flags, std::string options, const std::string& payload = {}) {
  while (options.size() % 4 != 0)
    options += '\0';
  auto frame = ethernet_frame(segment(5000, 6000, options + payload));
  constexpr std::size_t kTcp = kEthernetHeader + 20;
  frame[kTcp + 12] = static_cast<char>((20 + options.size()) / 4 << 4);
  frame[kTcp + 13] = static_cast<char>(flags);
  frame[kTcp + 19] = 7;  // urgent pointer
  return {frame};
}

TEST(TcpdumpText, TellsAWholeStoryAsTcpdumpDoes) {
  expect_as_tcpdump(test::pcapng_file(test::whole_story()));
}

TEST(TcpdumpText, TakesAPacketThatWasNeverCaptured) {
  TcpdumpText text;
  EXPECT_EQ(text.line(Uncaptured(kMorning, segment(9, 4, "GET / HTTP/1.1\r\n\r\n")).packet()),
            "10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 9:27, ack 4, win "
            "502, length 18: HTTP: GET / HTTP/1.1");
  auto rst = segment(27, 0);
  std::get<TcpSegment>(rst.body).rst = true;
  std::get<TcpSegment>(rst.body).has_ack = false;
  EXPECT_EQ(text.line(Uncaptured(kMorning, rst).packet()),
            "10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [R], seq 27, win 502, "
            "length 0");
}

TEST(TcpdumpText, CountsFromWhereTcpdumpCounts) {
  auto lower = segment(100, 200, "x");
  std::get<TcpSegment>(lower.body).source_port = 79;
  auto same_ports = segment(100, 200, "x");
  std::get<TcpSegment>(same_ports.body).source_port = 80;
  auto back = from_proxy(same_ports);
  std::get<TcpSegment>(back.body).seq = 200;
  auto syn_again = segment(5, 0);
  std::get<TcpSegment>(syn_again.body).syn = true;
  expect_as_tcpdump({segment(10, 20, "a"), segment(11, 20, "b"), from_proxy(segment(20, 12)),
                     from_proxy(segment(19, 12)), lower, lower, same_ports, back, same_ports,
                     syn_again, segment(6, 1), from_proxy(segment(0xFFFFFFFF, 6, "wrap"))});
}

TEST(TcpdumpText, KnowsEveryFlagAndOption) {
  std::vector<RawFrame> frames;
  for (unsigned flags = 0; flags < 256; ++flags)
    frames.push_back(odd_frame(flags, ""));
  const std::string timestamps("\x08\x0a\0\0\0\1\0\0\0\2", 10);
  const std::string sack("\5\x0a\0\0\x17\x71\0\0\x18\0", 10);
  for (const auto& options :
       {std::string("\2\4\5\xb4"), "\2\4\5\xb4\1\3\3\7" + timestamps, timestamps + sack,
        std::string("\x22\2\1\1"),
        std::string("\x22\x06"
                    "abcd"),
        std::string("\xfe\4\xf9\x89"), std::string("\xfe\4ab"),
        std::string("\x40\5"
                    "abc"),
        std::string("\2\3x\1"),
        std::string("\5\7"
                    "abcde"),
        std::string("\1\2\0", 3), std::string("\1\1\x08\4"), std::string("\x08\4\1\1"),
        std::string("\3\5"
                    "abc"),
        std::string("\1\2\x30\1")}) {
    frames.push_back(odd_frame(0x10, options));
    frames.push_back(odd_frame(0x08, options, "payload"));
  }
  expect_as_tcpdump(pcap_file(1, frames));
}

TEST(TcpdumpText, KnowsEveryUnreachable) {
  std::vector<Packet> packets;
  for (std::uint8_t code = 0; code < 20; ++code) {
    packets.push_back(test::unreachable(segment(1, 2), code, 0));
    packets.push_back(test::unreachable(segment(1, 2), code, 1300));
    auto udp = test::unreachable(segment(1, 2), code, 0);
    std::get<IcmpUnreachable>(udp.body).quote[9] = 17;
    packets.push_back(udp);
    auto without_ports = test::unreachable(segment(1, 2), code, 0);
    std::get<IcmpUnreachable>(without_ports.body).quote.resize(20);
    packets.push_back(without_ports);
  }
  expect_as_tcpdump(packets);
}

TEST(TcpdumpText, KnowsHttpWhereTcpdumpDoes) {
  std::vector<RawFrame> frames;
  for (const std::string payload : {"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                                    "get / HTTP/1.1\n",
                                    "GETX / HTTP/1.1\r\n",
                                    "GET",
                                    "HTTP/1.1 200 OK\r\n\r\n",
                                    "HTTP/1.1  403\n",
                                    "HTTP/1.1 2000 OK\r\n",
                                    "GET /no-end",
                                    "GET /\r",
                                    "GET /\rx",
                                    "GET /\x01\r\n",
                                    "GET /\xe9\r\n",
                                    "GET\t/\tx\r\n",
                                    " GET /\r\n",
                                    "\r\n",
                                    "x",
                                    "CONNECT a:443 HTTP/1.0\n\n",
                                    "HTTP/1.1\r\n200 OK\r\n",
                                    "foo 123 x",
                                    "\x16\x03\x01\x02"}) {
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{80, 8080, 3128, 443}) {
      auto packet = segment(1, 2, payload);
      std::get<TcpSegment>(packet.body).destination_port = port;
      frames.push_back({ethernet_frame(packet)});
      frames.push_back({ethernet_frame(from_proxy(packet))});
    }
    const auto whole = ethernet_frame(segment(1, 2, payload));
    for (std::size_t size = whole.size() - payload.size(); size < whole.size(); ++size)
      frames.push_back({whole.substr(0, size), whole.size()});
  }
  frames.push_back({ethernet_frame(segment(1, 2, std::string(128, 'A') + " 200 x\r\n"))});
  frames.push_back({ethernet_frame(segment(1, 2, std::string(129, 'A') + " 200 x\r\n"))});
  auto short_of_what_it_says = ethernet_frame(segment(1, 2, "abc"));
  short_of_what_it_says[kEthernetHeader + 3] = 100;
  frames.push_back({short_of_what_it_says});
  frames.push_back({ethernet_frame(segment(1, 2, "abc")) + std::string(9, '\0')});
  expect_as_tcpdump(pcap_file(1, frames));
}

}  // namespace
}  // namespace misproxy
