#include "lab/answers.hpp"

#include <cstdint>

#include "capture/checksum.hpp"

namespace misproxy::lab {
namespace {

constexpr std::size_t kIpHeader = 20;
constexpr std::size_t kUdpHeader = 8;
constexpr unsigned kDns = 53;

void put_u16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xffU);
}

void patch_u16(std::string& bytes, std::size_t at, unsigned value) {
  bytes[at] = static_cast<char>(value >> 8);
  bytes[at + 1] = static_cast<char>(value & 0xffU);
}

unsigned u16(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                               static_cast<std::uint8_t>(bytes[at + 1]));
}

/// Back to where the packet came from.
std::string ip_reply(const IpHead& head, std::string_view body) {
  std::string out("\x45\x00", 2);
  put_u16(out, static_cast<unsigned>(kIpHeader + body.size()));
  put_u16(out, 0);
  put_u16(out, 0);
  out += '\x40';  // TTL 64
  out += static_cast<char>(head.protocol);
  put_u16(out, 0);
  out += head.destination.wire();
  out += head.source.wire();
  Checksum sum;
  sum.add(out);
  patch_u16(out, 10, sum.value());
  out += body;
  return out;
}

/// Source: RFC 792.
std::string echo_reply(const IpHead& head, std::string_view body) {
  if (body.size() < 8 || body[0] != 8) return {};
  std::string echo(body);
  echo[0] = 0;
  patch_u16(echo, 2, 0);
  Checksum sum;
  sum.add(echo);
  patch_u16(echo, 2, sum.value());
  return ip_reply(head, echo);
}

/// Without a checksum, as IPv4 allows it. Source: RFC 768.
std::string dns_reply(const IpHead& head, std::string_view body, const Names& names) {
  if (body.size() < kUdpHeader || u16(body, 2) != kDns) return {};
  const auto answer = names.answer(body.substr(kUdpHeader));
  if (answer.empty()) return {};
  std::string udp;
  put_u16(udp, kDns);
  put_u16(udp, u16(body, 0));
  put_u16(udp, static_cast<unsigned>(kUdpHeader + answer.size()));
  put_u16(udp, 0);
  return ip_reply(head, udp + answer);
}

}  // namespace

std::string answer_of(std::string_view ip_bytes, const IpHead& head, const Names& names) {
  if (head.source.is_v6 || head.is_fragment) return {};
  const auto body = ip_bytes.substr(head.header_bytes);
  if (head.protocol == IpHead::kIcmp) return echo_reply(head, body);
  return head.protocol == IpHead::kUdp ? dns_reply(head, body, names) : "";
}

}  // namespace misproxy::lab
