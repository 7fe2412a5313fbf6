#include "evidence/tcpdump_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "capture/capture_reader.hpp"
#include "support/process.hpp"

namespace misproxy::evidence {
namespace {

using std::chrono::nanoseconds;
using Kind = WirePacket::Kind;

const std::filesystem::path kCases = std::filesystem::path(MISPROXY_SOURCE_DIR) / "tests/captures";

/// A packet with its own bytes.
struct Read {
  WirePacket packet;
  std::string payload;
  std::string note;
  std::string qname;
  std::string line;
  std::string ends;  // `10.0.0.1:1 > 10.0.0.2:80`
  std::string quoted;
};

struct ReadText {
  std::vector<Read> packets;
  std::uint64_t skipped = 0;
};

ReadText read(std::string_view text) {
  Names names;
  TcpdumpText reader(text, names);
  ReadText out;
  while (const auto packet = reader.next()) {
    Read one{*packet,
             std::string(packet->payload),
             std::string(packet->note),
             std::string(packet->qname),
             std::string(reader.line()),
             names.text(packet->source) + " > " + names.text(packet->destination),
             names.text(packet->quoted_source) + " > " + names.text(packet->quoted_destination)};
    out.packets.push_back(one);
  }
  out.skipped = reader.skipped_lines();
  return out;
}

/// The only packet of a text, all lines of which are understood.
Read only(std::string_view text) {
  const auto all = read(text);
  EXPECT_EQ(all.packets.size(), 1U) << text;
  EXPECT_EQ(all.skipped, 0U) << text;
  return all.packets.empty() ? Read{} : all.packets.front();
}

std::string flags(const WirePacket& packet) {
  return std::string(packet.syn ? "S" : "") + (packet.fin ? "F" : "") + (packet.rst ? "R" : "") +
         (packet.psh ? "P" : "") + (packet.has_ack ? "." : "");
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> files_named(const std::string& name) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(kCases))
    if (const auto path = entry.path() / name; std::filesystem::exists(path)) found.push_back(path);
  std::sort(found.begin(), found.end());
  return found;
}

std::string tcpdump(const std::filesystem::path& pcap, std::vector<std::string> options) {
  options.insert(options.begin(), "tcpdump");
  options.insert(options.end(), {"-r", pcap.string()});
  const auto finished = test::run(options, {"TZ=UTC"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  return finished.out;
}

// ---- against the captures -------------------------------------------------------------------

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

HostId host(Ipv4 address) {
  HostId id{HostId::Family::v4, {}};
  for (std::size_t i = 0; i < 4; ++i)
    id.bytes[i] = static_cast<std::uint8_t>(address >> (24 - 8 * i));
  return id;
}

void expect_same_segment(const ParsedPacket& parsed, const TcpSegment& segment,
                         const Relative::Base& base, const WirePacket& told) {
  EXPECT_EQ(told.source, (SocketId{host(parsed.packet.source), segment.source_port}));
  EXPECT_EQ(told.destination,
            (SocketId{host(parsed.packet.destination), segment.destination_port}));
  EXPECT_EQ(told.syn, segment.syn);
  EXPECT_EQ(told.fin, segment.fin);
  EXPECT_EQ(told.rst, segment.rst);
  EXPECT_EQ(told.psh, segment.psh);
  EXPECT_EQ(told.has_ack, segment.has_ack);
  EXPECT_EQ(told.length, parsed.wire.length);
  EXPECT_EQ(told.window, segment.window);
  EXPECT_EQ(told.mss, segment.mss);
  EXPECT_EQ(told.window_scale, segment.window_scale);
  EXPECT_EQ(told.sack_permitted, segment.sack_permitted);
  if (told.seq) {
    EXPECT_EQ(*told.seq, segment.seq - base.seq);
  }
  EXPECT_EQ(told.seq.has_value(),
            parsed.wire.length > 0 || segment.syn || segment.fin || segment.rst);
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
    auto opened = CaptureReader::open(path.parent_path() / "case.pcap");
    auto& capture = std::get<CaptureReader>(opened);
    Relative relative;
    auto told = text.packets.begin();
    while (const auto frame = capture.next()) {
      if (!frame->packet) continue;
      while (told != text.packets.end() && told->packet.kind == Kind::dns)
        ++told;
      ASSERT_NE(told, text.packets.end());
      EXPECT_EQ(told->packet.number, frame->number);
      EXPECT_EQ(told->packet.time, frame->time / 1000 * 1000 % std::chrono::hours(24));
      if (const auto* segment = frame->packet->packet.tcp()) {
        ASSERT_EQ(told->packet.kind, Kind::tcp);
        expect_same_segment(*frame->packet, *segment, relative.of(frame->packet->packet, *segment),
                            told->packet);
      } else {
        const auto& icmp = std::get<IcmpUnreachable>(frame->packet->packet.body);
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

// ---- against the real tcpdump's options -----------------------------------------------------

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
  auto opened = CaptureReader::open(pcap);
  std::vector<nanoseconds> times;
  while (const auto frame = std::get<CaptureReader>(opened).next())
    if (frame->packet) times.push_back(frame->time / 1000 * 1000);
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
  for (const auto& one : read(tcpdump(pcap, {"-n", "-t"})).packets)
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
  auto opened = CaptureReader::open(pcap);
  std::vector<std::string> payloads;
  while (const auto frame = std::get<CaptureReader>(opened).next())
    if (frame->packet && frame->packet->packet.tcp() != nullptr)
      payloads.push_back(frame->packet->packet.tcp()->payload);
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

// ---- forms of lines -------------------------------------------------------------------------

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

// ---- the article's dialect ------------------------------------------------------------------

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

// ---- hostile texts --------------------------------------------------------------------------

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
