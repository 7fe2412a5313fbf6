#include "packets/link_layer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/ip_bytes.hpp"
#include "diagnose/read_evidence.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"

namespace misproxy {
namespace {

using namespace std::string_view_literals;
using test::pcap_file;
using test::ScratchFile;
using test::segment;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string zeros(std::size_t count) { return std::string(count, '\0'); }
std::string bytes(std::string_view view) { return std::string(view); }
std::string be16(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)};
}

const Packet kPacket = segment(1, 2, "x");
const std::string kIp = ip_packet(kPacket);
const std::string kType = bytes("\x08\0"sv);
const std::string kEthernet = zeros(12) + kType + kIp;
const std::string kSnap = bytes("\xAA\xAA\x03\0\0\0\x08\0"sv);

std::string wlan(std::string_view control, const std::string& more, const std::string& body) {
  return bytes(control) + zeros(22) + more + body;
}

const std::string kWlan = wlan("\x08\x01"sv, "", kSnap + kIp);

/// Behind an IPv4 header of another pair of hosts.
std::string outer(std::uint8_t protocol, const std::string& part) {
  auto ip = bytes("\x45\0\0\0\0\1\0\0\x40\0\0\0\1\1\1\1\2\2\2\2"sv);
  ip[9] = static_cast<char>(protocol);
  ip.replace(2, 2, be16(20 + part.size()));
  return ip + part;
}

std::string udp(std::uint16_t port, const std::string& part) {
  return outer(17, be16(40000) + be16(port) + be16(8 + part.size()) + zeros(2) + part);
}

struct Case {
  int link_type;
  std::string frame;
  const char* what;
};

/// What each holds is `kPacket`.
std::vector<Case> cases() {
  const auto snap8023 = zeros(12) + be16(kSnap.size() + kIp.size()) + kSnap + kIp;
  const auto pppoe = bytes("\x11\0\0\1"sv) + be16(2 + kIp.size()) + bytes("\0\x21"sv) + kIp;
  const auto msdu = zeros(12) + be16(kSnap.size() + kIp.size()) + kSnap + kIp;
  const auto label = bytes("\0\1\x01\x40"sv);
  const auto gre = [](std::string_view head, const std::string& rest) {
    return outer(47, bytes(head) + rest);
  };
  return {
      {1, snap8023, "802.3 with SNAP"},
      {1, zeros(12) + bytes("\x88\x64"sv) + pppoe, "PPPoE"},
      {1, zeros(12) + bytes("\x81\0\0\5\x88\x64"sv) + pppoe, "PPPoE in a VLAN"},
      {1, zeros(12) + bytes("\x88\x47\0\2\0\x40"sv) + label + kIp, "two MPLS labels"},
      {1, zeros(12) + bytes("\x88\x47"sv) + label + kEthernet, "Ethernet over MPLS"},
      {1, zeros(12) + bytes("\x88\x47"sv) + label + zeros(4) + kEthernet, "a pseudowire"},
      {1, zeros(12) + bytes("\x89\x09\1\1\0\1\0\7"sv) + kType + kIp, "Cisco's metadata"},
      {1, zeros(12) + bytes("\x89\x3f"sv) + zeros(6) + kType + kIp, "802.1BR"},
      {1, zeros(12) + bytes("\x88\xe7"sv) + zeros(4) + kEthernet, "802.1ah"},
      {9, bytes("\xff\x03\0\x21"sv) + kIp, "PPP"},
      {9, bytes("\x21"sv) + kIp, "PPP that saves bytes"},
      {50, bytes("\xff\x03\0\x21"sv) + kIp, "PPP in HDLC framing"},
      {50, bytes("\x0f\0\x08\0"sv) + kIp, "Cisco's HDLC"},
      {104, bytes("\x8f\0\x08\0"sv) + kIp, "the same"},
      {51, pppoe, "PPPoE alone"},
      {166, bytes("\1\x03\0\x21"sv) + kIp, "pppd"},
      {204, bytes("\1\xff\x03\0\x21"sv) + kIp, "PPP with a direction"},
      {105, kWlan, "Wi-Fi to the access point"},
      {105, wlan("\x08\x03"sv, zeros(6), kSnap + kIp), "between access points"},
      {105, wlan("\x88\x02"sv, zeros(2), kSnap + kIp), "with QoS"},
      {105, wlan("\x88\x82"sv, zeros(6), kSnap + kIp), "with QoS and HT control"},
      {105, wlan("\x88\x02"sv, bytes("\x80\0"sv), msdu), "an aggregate"},
      {105, wlan("\x08\x41"sv, "", kSnap + kIp), "decrypted by the card"},
      {105, wlan("\x08\x41"sv, "", zeros(8) + kSnap + kIp), "the same, with its IV"},
      {127, bytes("\0\0\x08\0\0\0\0\0"sv) + kWlan, "radiotap"},
      {127, bytes("\0\0\x0d\0\2\0\0\x80\0\0\0\0\x20"sv) + wlan("\x88\x02"sv, zeros(4), kSnap + kIp),
       "radiotap, padded"},
      {127, bytes("\0\0\x19\0\3\0\0\0"sv) + zeros(8) + bytes("\x10"sv) + zeros(8) + kWlan + "FCS!",
       "radiotap with a clock and a checksum"},
      {192, bytes("\0\0\x08\0\x69\0\0\0"sv) + kWlan, "PPI"},
      {119, zeros(144) + kWlan, "Prism"},
      {119, bytes("\x80\x21\x10\1\0\0\0\x40"sv) + zeros(56) + kWlan, "AVS"},
      {219, label + kIp, "MPLS"},
      {239,
       bytes("\2\0\0\0\x05\0\1\0z\0\0\0"sv) +
           [] {
             const auto size = kIp.size() + 4;
             return std::string{static_cast<char>(size & 0xFF), static_cast<char>(size >> 8)} +
                    bytes("\x09\0"sv) + kIp;
           }(),
       "NFLOG"},
      {258, bytes("\x0c\0\0\0\1\0\0\0\1\0\0\0"sv) + kEthernet, "PKTAP"},
      {117, bytes("\x3d\2\0\0"sv) + zeros(60) + kIp, "PF's log"},
      {109, bytes("\2\0\0\0"sv) + zeros(8) + kIp, "IPsec's log"},
      {113, zeros(14) + bytes("\x81\0\0\5"sv) + kType + kIp, "Linux cooked with a VLAN"},
      {276, bytes("\x81\0"sv) + zeros(18) + bytes("\0\5"sv) + kType + kIp, "the same, v2"},
      {113, zeros(14) + bytes("\0\4"sv) + kSnap + kIp, "Linux cooked with LLC"},
      {101, outer(4, kIp), "IP in IP"},
      {101, gre("\0\0\x08\0"sv, kIp), "GRE"},
      {101, gre("\xb0\0\x08\0"sv, zeros(12) + kIp), "GRE with all fields"},
      {101, gre("\0\0\x65\x58"sv, kEthernet), "GRE with Ethernet"},
      {101, gre("\x10\0\x88\xbe"sv, zeros(4) + zeros(8) + kEthernet), "ERSPAN"},
      {101, gre("\0\0\x88\xbe"sv, kEthernet), "ERSPAN's first version"},
      {101, gre("\x10\0\x22\xeb"sv, zeros(4) + zeros(12) + kEthernet), "ERSPAN's third"},
      {101, gre("\0\0\x88\x3e"sv, zeros(4) + kIp), "WCCP"},
      {101, gre("\x30\x81\x88\x0b"sv, zeros(12) + bytes("\xff\x03\0\x21"sv) + kIp), "PPTP"},
      {101, udp(4789, bytes("\x08\0\0\0\0\0\1\0"sv) + kEthernet), "VXLAN"},
      {101, udp(4790, bytes("\x0c\0\0\1\0\0\1\0"sv) + kIp), "VXLAN-GPE"},
      {101, udp(6081, bytes("\1\0\x65\x58\0\0\1\0"sv) + zeros(4) + kEthernet), "Geneve"},
      {101, udp(2152, bytes("\x30\xff\0\0\0\0\0\1"sv) + kIp), "GTP"},
      {101, udp(2152, bytes("\x34\xff\0\0\0\0\0\1\0\0\0\x85\1\0\0\0"sv) + kIp), "GTP of 5G"},
      {101, outer(47, bytes("\0\0\x08\0"sv) + udp(4789, bytes("\x08\0\0\0\0\0\1\0"sv) + kEthernet)),
       "VXLAN in GRE"},
  };
}

std::size_t packets_in(const test::ReadFrames& got) {
  return static_cast<std::size_t>(std::count_if(
      got.frames.begin(), got.frames.end(),
      [](const auto& frame) { return frame.packet && frame.packet->packet == kPacket; }));
}

TEST(LinkLayer, FindsThePacketInEachOfThem) {
  for (const auto& [link_type, frame, what] : cases()) {
    const ScratchFile file("link.pcap", pcap_file(link_type, {{frame}}));
    const auto got = test::read_frames(file.path());
    EXPECT_FALSE(got.error) << what;
    EXPECT_EQ(packets_in(got), 1U) << what;
  }
}

TEST(LinkLayer, TakesAnyFrame) {
  for (const auto& [link_type, frame, what] : cases()) {
    std::vector<test::RawFrame> bent;
    for (std::size_t size = 0; size < frame.size(); ++size)
      bent.push_back({frame.substr(0, size), frame.size()});
    for (std::size_t at = 0; at < frame.size() && at < 80; ++at) {
      for (const unsigned flip : {0x01U, 0x7FU, 0xFFU}) {
        bent.push_back({frame});
        bent.back().bytes[at] = static_cast<char>(static_cast<unsigned char>(frame[at]) ^ flip);
      }
    }
    const ScratchFile file("bent.pcap", pcap_file(link_type, bent));
    EXPECT_GE(test::read_frames(file.path()).frames.size(), bent.size()) << what;
  }
}

TEST(LinkLayer, LayersWithoutEndAreNotFollowed) {
  std::string deep = kIp;
  for (int i = 0; i < 1000; ++i)
    deep = outer(4, deep);
  std::string gre = kIp;
  for (int i = 0; i < 1000; ++i)
    gre = outer(47, bytes("\0\0\x65\x58"sv) + zeros(12) + kType + gre);
  for (const auto& packet : {deep, gre}) {
    const ScratchFile file("deep.pcap", pcap_file(101, {{packet}}));
    EXPECT_EQ(packets_in(test::read_frames(file.path())), 0U);
  }
}

TEST(LinkLayer, AnAggregateHoldsSeveralPackets) {
  auto one = zeros(12) + be16(kSnap.size() + kIp.size()) + kSnap + kIp;
  const auto last = one;
  one += zeros((4 - one.size() % 4) % 4);
  const auto frame = wlan("\x88\x02"sv, bytes("\x80\0"sv), one + one + last + "FCS!");
  const ScratchFile file("aggregate.pcap", pcap_file(105, {{frame}, {frame}}));
  const auto got = test::read_frames(file.path());
  EXPECT_EQ(packets_in(got), 6U);
  EXPECT_EQ(got.frames.back().number, 2U);
}

std::vector<std::string> remarks_of(const std::string& path) {
  auto read = diagnose::read_evidence({{path, {}}});
  return std::get<diagnose::Observations>(read).remarks;
}

TEST(LinkLayer, NamesWhatIsEncrypted) {
  const auto hidden = wlan("\x88\x41"sv, zeros(2), bytes("\1\0\0\x20\2\0\0\0"sv) + zeros(100));
  const auto beacon = wlan("\x80\0"sv, "", zeros(100));
  const ScratchFile wifi("wifi.pcap", pcap_file(105, {{hidden}, {beacon}, {hidden}, {kWlan}}));
  EXPECT_THAT(remarks_of(wifi.path()),
              ElementsAre(HasSubstr("2 frames of Wi-Fi, encrypted, so that nobody sees")));
  const ScratchFile ipsec("ipsec.pcap", pcap_file(101, {{outer(50, zeros(64))}}));
  EXPECT_THAT(remarks_of(ipsec.path()), ElementsAre(HasSubstr("1 packet of IPsec (ESP)")));
  const ScratchFile bare("bare.pcap", pcap_file(105, {{beacon}, {kWlan}}));
  EXPECT_THAT(remarks_of(bare.path()), IsEmpty());
}

TEST(LinkLayer, NamesQuic) {
  const auto first = bytes("\xc3\0\0\0\1\x08"sv) + zeros(1200);
  const auto datagram = [](std::uint16_t port, const std::string& part) { return udp(port, part); };
  const ScratchFile file(
      "quic.pcap",
      pcap_file(101, {{datagram(443, first)}, {datagram(443, zeros(50))}, {datagram(443, first)}}));
  EXPECT_THAT(
      remarks_of(file.path()),
      ElementsAre(AllOf(HasSubstr("QUIC (HTTP/3) to 2.2.2.2:443: it goes past the proxy"))));
  const ScratchFile other("noquic.pcap",
                          pcap_file(101, {{datagram(500, first)}, {datagram(443, zeros(1200))}}));
  EXPECT_THAT(remarks_of(other.path()), IsEmpty());
}

}  // namespace
}  // namespace misproxy
