// Texts of captures, held against the captures: the cases' own, and what the real tcpdump prints.

#include "evidence/tcpdump_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>

#include <map>

#include "evidence/read_tcpdump.hpp"
#include "support/frames.hpp"

namespace misproxy::evidence {
namespace {

using std::chrono::nanoseconds;
using Kind = WirePacket::Kind;

/// Turns absolute numbers into those that tcpdump prints.
class Relative {
 public:
  struct Base {
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::uint32_t sack = 0;
  };

  Base of(const Packet& packet, const TcpSegment& segment) {
    if (!segment.has_ack) return {};
    SocketAddress from{packet.source, segment.source_port};
    SocketAddress to{packet.destination, segment.destination_port};
    const bool reversed = std::pair(from.port, from.host) > std::pair(to.port, to.host);
    const auto key = reversed ? std::pair(to, from) : std::pair(from, to);
    if (!bases_.contains(key) || segment.syn) {
      bases_[key] = reversed ? std::pair(segment.ack - 1, segment.seq)
                             : std::pair(segment.seq, segment.ack - 1);
      return {0, 0, reversed ? bases_[key].first : bases_[key].second};
    }
    const auto [first, second] = bases_[key];
    return reversed ? Base{second, first, first} : Base{first, second, second};
  }

 private:
  std::map<std::pair<SocketAddress, SocketAddress>, std::pair<std::uint32_t, std::uint32_t>> bases_;
};

HostId host(const IpAddress& address) {
  HostId id{HostId::Family::v4, {}};
  std::copy_n(address.bytes.begin(), 4, id.bytes.begin());
  return id;
}

void expect_same_segment(const test::ParsedPacket& parsed, const TcpSegment& segment,
                         const Relative::Base& base, const WirePacket& told) {
  EXPECT_EQ(told.source, (SocketId{host(parsed.packet.source), segment.source_port}));
  EXPECT_EQ(told.destination,
            (SocketId{host(parsed.packet.destination), segment.destination_port}));
  EXPECT_EQ(told.syn, segment.syn);
  EXPECT_EQ(told.fin, segment.fin);
  EXPECT_EQ(told.rst, segment.rst);
  EXPECT_EQ(told.psh, segment.psh);
  EXPECT_EQ(told.has_ack, segment.has_ack);
  EXPECT_EQ(told.length, parsed.length);
  EXPECT_EQ(told.window, segment.window);
  EXPECT_EQ(told.mss, segment.mss);
  EXPECT_EQ(told.window_scale, segment.window_scale);
  EXPECT_EQ(told.sack_permitted, segment.sack_permitted);
  if (told.seq) {
    EXPECT_EQ(*told.seq, segment.seq - base.seq);
  }
  EXPECT_EQ(told.seq.has_value(), parsed.length > 0 || segment.syn || segment.fin || segment.rst);
  if (segment.has_ack) {
    EXPECT_EQ(told.ack, segment.ack - base.ack);
  }
  ASSERT_EQ(told.sack_count, segment.sack.size());
  for (std::size_t i = 0; i < segment.sack.size(); ++i) {
    EXPECT_EQ(told.sack[i].begin, segment.sack[i].begin - base.sack);
    EXPECT_EQ(told.sack[i].end, segment.sack[i].end - base.sack);
  }
}

TEST(EvidenceTcpdumpText, SaysOfEveryCaseWhatItsCaptureSays) {
  const auto texts = files_named("case.txt");
  ASSERT_EQ(texts.size(), 49U);
  for (const auto& path : texts) {
    SCOPED_TRACE(path.string());
    const auto text = read(file_text(path));
    EXPECT_EQ(text.skipped, 0U);
    const auto capture = test::read_frames(path.parent_path() / "case.pcap");
    Relative relative;
    auto told = text.packets.begin();
    for (const auto& frame : capture.frames) {
      if (!frame.packet) continue;
      while (told != text.packets.end() && told->packet.kind == Kind::dns)
        ++told;
      ASSERT_NE(told, text.packets.end());
      EXPECT_EQ(told->packet.number, frame.number);
      EXPECT_EQ(told->packet.time, frame.time / 1000 * 1000 % std::chrono::hours(24));
      if (const auto* segment = frame.packet->packet.tcp()) {
        ASSERT_EQ(told->packet.kind, Kind::tcp);
        expect_same_segment(*frame.packet, *segment, relative.of(frame.packet->packet, *segment),
                            told->packet);
      } else {
        const auto& icmp = std::get<IcmpUnreachable>(frame.packet->packet.body);
        ASSERT_EQ(told->packet.kind, Kind::icmp);
        EXPECT_EQ(told->packet.icmp_type, 3);
        EXPECT_EQ(told->packet.icmp_code, icmp.code);
        EXPECT_EQ(told->packet.next_hop_mtu, icmp.next_hop_mtu);
        EXPECT_EQ(told->packet.quoted_destination.host, host(icmp.destination.host));
      }
      ++told;
    }
  }
}

TEST(EvidenceTcpdumpText, ReadsTheOtherTextsOfTheCasesTheSameWay) {
  for (const auto* name : {"case_names.txt", "case_alt.txt"}) {
    for (const auto& path : files_named(name)) {
      SCOPED_TRACE(path.string());
      auto text = read(file_text(path));
      EXPECT_EQ(text.skipped, 0U);
      const auto plain = read(file_text(path.parent_path() / "case.txt"));
      const auto size = std::min(text.packets.size(), plain.packets.size());
      ASSERT_GT(size, 0U);
      for (std::size_t i = 0; i < size; ++i) {
        const auto& one = text.packets[i].packet;
        const auto& other = plain.packets[i].packet;
        EXPECT_EQ(one.source.port, other.source.port);
        EXPECT_EQ(one.seq, other.seq);
        EXPECT_EQ(one.ack, other.ack);
        EXPECT_EQ(one.length, other.length);
        EXPECT_EQ(one.time, other.time);
        EXPECT_EQ(flags(one), flags(other));
      }
    }
  }
}

TEST(EvidenceTcpdumpText, ReadsALiveCapture) {
  for (const auto& path : files_named("case_live.txt")) {
    const auto text = read(file_text(path));
    EXPECT_EQ(text.skipped, 0U) << path;
    EXPECT_GT(text.packets.size(), 5U) << path;
  }
}

class Options : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(Options, TellTheSameSegments) {
  const auto& options = GetParam();
  const auto has = [&](std::string_view letter) {
    return std::any_of(options.begin(), options.end(), [&](const std::string& option) {
      return option.find(letter) != std::string::npos;
    });
  };
  for (const auto* name : {"mtu-bh-up", "deny-squid-snap96", "ok-pmtud-icmp-up", "connect-lost"}) {
    SCOPED_TRACE(name);
    const auto plain = read(file_text(kCases / name / "case.txt"));
    const auto text = read(tcpdump(kCases / name / "case.pcap", options));
    EXPECT_EQ(text.skipped, 0U);
    ASSERT_EQ(text.packets.size(), plain.packets.size());
    for (std::size_t i = 0; i < plain.packets.size(); ++i) {
      const auto& one = text.packets[i].packet;
      const auto& other = plain.packets[i].packet;
      SCOPED_TRACE(text.packets[i].line);
      EXPECT_EQ(one.kind, other.kind);
      EXPECT_EQ(one.source, other.source);
      EXPECT_EQ(one.destination, other.destination);
      EXPECT_EQ(one.length, other.length);
      EXPECT_EQ(one.next_hop_mtu, other.next_hop_mtu);
      if (has("v")) {
        EXPECT_GT(one.ttl, 0);
      }
      if (has("v") && one.kind == Kind::icmp) {
        EXPECT_EQ(one.quoted_destination.port, 80);
      }
      if (has("q")) continue;
      EXPECT_EQ(flags(one), flags(other));
      EXPECT_EQ(one.window, other.window);
      EXPECT_EQ(one.mss, other.mss);
      EXPECT_EQ(one.sack_count, other.sack_count);
      if (!has("S") && other.seq) {  // -vv tells more of them
        EXPECT_EQ(one.seq, other.seq);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    EvidenceTcpdumpText, Options,
    testing::Values(
        std::vector<std::string>{"-n", "-e"}, std::vector<std::string>{"-n", "-v"},
        std::vector<std::string>{"-n", "-vvv", "-e"}, std::vector<std::string>{"-n", "-q"},
        std::vector<std::string>{"-n", "-q", "-e", "-v"}, std::vector<std::string>{"-n", "-S"},
        std::vector<std::string>{"-n", "-t"}, std::vector<std::string>{"-n", "-t", "-v"},
        std::vector<std::string>{"-n", "-#"}, std::vector<std::string>{"-n", "-#", "-v", "-tttt"},
        std::vector<std::string>{"-n", "-A"}, std::vector<std::string>{"-n", "-A", "-v"},
        std::vector<std::string>{"-n", "-A", "-t"}, std::vector<std::string>{"-n", "-X"},
        std::vector<std::string>{"-n", "-XX", "-e"},
        std::vector<std::string>{"-n", "-x", "-v", "-tt"}, std::vector<std::string>{"-n", "-ttt"},
        std::vector<std::string>{"-n", "-ttttt"},
        std::vector<std::string>{"-n", "--nano", "-tttt"}));

TEST(EvidenceTcpdumpText, KnowsEveryFormOfTheTime) {
  const auto pcap = kCases / "mtu-bh-up" / "case.pcap";
  std::vector<nanoseconds> times;
  for (const auto& frame : test::read_frames(pcap).frames)
    if (frame.packet) times.push_back(frame.time / 1000 * 1000);
  const auto expect_times = [&](const std::vector<std::string>& options, nanoseconds taken_off) {
    SCOPED_TRACE(options.back());
    const auto text = read(tcpdump(pcap, options));
    ASSERT_EQ(text.packets.size(), times.size());
    for (std::size_t i = 0; i < times.size(); ++i)
      EXPECT_EQ(text.packets[i].packet.time, times[i] - taken_off) << i;
  };
  expect_times({"-n", "-tt"}, nanoseconds(0));
  expect_times({"-n", "-tttt"}, nanoseconds(0));
  expect_times({"-n", "-v", "-tttt"}, nanoseconds(0));
  expect_times({"-n", "tcp or icmp", "-ttt"}, times.front());
  expect_times({"-n", "tcp or icmp", "-ttttt"}, times.front());
}

TEST(EvidenceTcpdumpText, TellsPausesByTheSendersOwnClocks) {
  const auto pcap = kCases / "mtu-bh-up" / "case.pcap";
  const auto timed = read(tcpdump(pcap, {"-n", "tcp", "-tt"})).packets;
  const auto bare = read(tcpdump(pcap, {"-n", "tcp", "-t"})).packets;
  ASSERT_EQ(bare.size(), timed.size());
  for (std::size_t i = 0; i < bare.size(); ++i) {
    const auto right = *timed[i].packet.time - *timed.front().packet.time;
    ASSERT_TRUE(bare[i].packet.time) << i;
    EXPECT_NEAR(double((*bare[i].packet.time).count()), double(right.count()), 2e8) << i;
  }
  for (const auto& one : read(tcpdump(pcap, {"-n", "-t", "-q"})).packets)
    EXPECT_FALSE(one.packet.time);
}

TEST(EvidenceTcpdumpText, CountsOnAfterMidnight) {
  const auto text = read(
      "23:59:59.5 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [.], ack 1, win 1, length 0\n"
      "00:00:00.5 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [.], ack 1, win 1, length 0\n"
      "00:00:00.4 IP 10.0.0.1.1 > 10.0.0.2.80: Flags [.], ack 1, win 1, length 0\n");
  ASSERT_EQ(text.packets.size(), 3U);
  EXPECT_EQ(*text.packets[1].packet.time - *text.packets[0].packet.time, std::chrono::seconds(1));
  EXPECT_LT(text.packets[2].packet.time, text.packets[1].packet.time);
}

TEST(EvidenceTcpdumpText, TakesThePayloadThatADumpShows) {
  const auto pcap = kCases / "mtu-bh-up" / "case.pcap";
  std::vector<std::string> payloads;
  for (const auto& frame : test::read_frames(pcap).frames)
    if (frame.packet && frame.packet->packet.tcp() != nullptr)
      payloads.push_back(frame.packet->packet.tcp()->payload);
  for (const auto* option : {"-x", "-X", "-xx", "-XX", "-vX"}) {
    SCOPED_TRACE(option);
    const auto text = read(tcpdump(pcap, {"-n", option}));
    ASSERT_EQ(text.packets.size(), payloads.size());
    for (std::size_t i = 0; i < payloads.size(); ++i)
      EXPECT_EQ(text.packets[i].payload, payloads[i]) << i;
  }
  const auto letters = read(tcpdump(pcap, {"-n", "-A"}));
  ASSERT_EQ(letters.packets.size(), payloads.size());
  for (const std::size_t i : {3, 5})
    EXPECT_EQ(letters.packets[i].payload, payloads[i]);
}

}  // namespace
}  // namespace misproxy::evidence
