#include "support/captures.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "capture/conversation.hpp"
#include "capture/ip_bytes.hpp"
#include "capture/pcapng.hpp"
#include "support/process.hpp"

namespace misproxy::test {
namespace {

constexpr std::chrono::milliseconds kApart{1};

void put_u32(std::string& out, std::uint64_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    out += static_cast<char>(value >> shift & 0xFFU);
}

void append(std::vector<Packet>& all, std::vector<Packet> more) {
  for (auto& packet : more)
    all.push_back(std::move(packet));
}

}  // namespace

ScratchFile::ScratchFile(const std::string& name, std::string_view bytes)
    : path_(testing::TempDir() + "misproxy-" + std::to_string(::getpid()) + "-" + name) {
  std::ofstream(path_, std::ios::binary) << bytes;
}

ScratchFile::~ScratchFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Packet segment(std::uint32_t seq, std::uint32_t ack, std::string payload) {
  TcpSegment tcp;
  tcp.source_port = kClient.port;
  tcp.destination_port = kProxy.port;
  tcp.seq = seq;
  tcp.ack = ack;
  tcp.has_ack = true;
  tcp.psh = !payload.empty();
  tcp.window = 502;
  tcp.payload = std::move(payload);
  Packet packet;
  packet.source = kClientHost;
  packet.destination = kProxyHost;
  packet.body = std::move(tcp);
  return packet;
}

Packet from_proxy(Packet packet) {
  std::swap(packet.source, packet.destination);
  auto& tcp = std::get<TcpSegment>(packet.body);
  std::swap(tcp.source_port, tcp.destination_port);
  return packet;
}

Packet unreachable(const Packet& lost, std::uint8_t code, std::uint16_t next_hop_mtu) {
  const auto& tcp = *lost.tcp();
  IcmpUnreachable icmp;
  icmp.code = code;
  icmp.next_hop_mtu = next_hop_mtu;
  icmp.source = {lost.source, tcp.source_port};
  icmp.destination = {lost.destination, tcp.destination_port};
  icmp.seq = tcp.seq;
  icmp.quote = quote_of(lost);
  Packet packet;
  packet.source = 0x0a2828fe;  // 10.40.40.254
  packet.destination = lost.source;
  packet.dont_fragment = false;
  packet.body = std::move(icmp);
  return packet;
}

std::vector<Packet> whole_story() {
  Conversation talk(kClient, kProxy, 7);
  auto all = talk.opened();
  append(all, talk.sent(Side::client,
                        "CONNECT tools.cisco.com:443 HTTP/1.1\r\nHost: tools.cisco.com:443\r\n"
                        "User-Agent: curl/8.5.0\r\nProxy-Connection: Keep-Alive\r\n\r\n"));
  append(all, talk.sent(Side::server, "HTTP/1.1 200 Connection established\r\n\r\n"));
  const std::string hello = std::string("\x16\x03\x01\x02\x00\x01\x00\x10\x00", 9);
  append(all, talk.sent(Side::client, hello + std::string(508, 'h')));
  append(all, talk.sent(Side::server, std::string("\x16\x03\x03\x00\x7a\x02\0\0\x76", 9) +
                                          std::string(3000, 's')));
  all.push_back(unreachable(all[3], IcmpUnreachable::kFragmentationNeeded, 1300));
  auto sack = all[2];
  auto& tcp = std::get<TcpSegment>(sack.body);
  tcp.sack = {{tcp.ack + 10000, tcp.ack + 11448}, {tcp.ack + 20000, tcp.ack + 20100}};
  all.push_back(sack);
  append(all, talk.ended(Side::client, Ending::fin));
  append(all, talk.ended(Side::server, Ending::fin));
  return all;
}

std::string pcapng_file(const std::vector<Packet>& packets) {
  CaptureHead head;
  head.comment = "a test's";
  head.points = {{"client", "where the client stands"}};
  head.names = {{kClientHost, "client"}, {kProxyHost, "proxy"}};
  const Pcapng writer(head);
  auto bytes = writer.begin() + writer.secrets("CLIENT_RANDOM 00 11\n");
  auto at = kMorning;
  for (const auto& packet : packets) {
    bytes += writer.packet(0, at, packet, packet.tcp() == nullptr ? "the router's word" : "");
    at += kApart;
  }
  return bytes + writer.end(at, {packets.size()});
}

std::string pcap_file(int link_type, const std::vector<RawFrame>& frames) {
  std::string out;
  put_u32(out, 0xA1B23C4D);
  put_u32(out, 0x00040002);
  put_u32(out, 0);
  put_u32(out, 0);
  put_u32(out, 262144);
  put_u32(out, static_cast<std::uint64_t>(link_type));
  std::uint64_t at = static_cast<std::uint64_t>(kMorning.count());
  for (const auto& frame : frames) {
    put_u32(out, at / 1'000'000'000);
    put_u32(out, at % 1'000'000'000);
    put_u32(out, frame.bytes.size());
    put_u32(out, frame.length == 0 ? frame.bytes.size() : frame.length);
    out += frame.bytes;
    at += 1'234'567;
  }
  return out;
}

std::string tshark(const std::string& path, const std::string& filter,
                   const std::vector<std::string>& fields, const std::vector<std::string>& more) {
  std::vector<std::string> argv{
      "tshark", "-r",   path, "-o",    "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
      "-Y",     filter, "-T", "fields"};
  for (const auto& field : fields)
    argv.insert(argv.end(), {"-e", field});
  argv.insert(argv.end(), more.begin(), more.end());
  const auto finished = run(argv);
  EXPECT_EQ(finished.code, 0) << finished.err;
  return finished.out;
}

std::string remarks(const std::string& path) {
  return tshark(path,
                "_ws.malformed || tcp.checksum.status==0 || ip.checksum.status==0 || "
                "tcp.analysis.flags",
                {"frame.number", "_ws.expert.message"});
}

std::string real_tcpdump(const std::string& path) {
  const auto finished = run({"tcpdump", "-n", "-r", path}, {"TZ=UTC"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  return finished.out;
}

}  // namespace misproxy::test
