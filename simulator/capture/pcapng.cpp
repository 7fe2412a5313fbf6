#include "capture/pcapng.hpp"

#include <algorithm>

#include "capture/ip_bytes.hpp"
#include "core/ensure.hpp"

namespace misproxy {
namespace {

enum class Block : std::uint32_t {
  section = 0x0A0D0D0A,
  interface = 1,
  names = 4,
  statistics = 5,
  packet = 6,
  secrets = 10,
};

constexpr std::uint16_t kComment = 1;  // in every block; the others belong to one
constexpr std::uint16_t kHardware = 2;
constexpr std::uint16_t kOs = 3;
constexpr std::uint16_t kApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kInterfaceDescription = 3;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kEndTime = 3;
constexpr std::uint16_t kReceived = 4;
constexpr std::uint16_t kDropped = 5;
constexpr std::uint16_t kIpv4Name = 1;
constexpr std::uint16_t kIpv6Name = 2;
constexpr std::uint32_t kByteOrder = 0x1A2B3C4D;
constexpr std::uint16_t kEthernet = 1;
constexpr std::uint32_t kTlsKeyLog = 0x544C534B;
constexpr std::size_t kLongestOption = 65535;

void put_u16(std::string& out, unsigned value) {
  out += static_cast<char>(value & 0xFFU);
  out += static_cast<char>(value >> 8 & 0xFFU);
}

void put_u32(std::string& out, std::uint64_t value) {
  put_u16(out, static_cast<unsigned>(value & 0xFFFFU));
  put_u16(out, static_cast<unsigned>(value >> 16 & 0xFFFFU));
}

std::size_t padding(std::size_t size) { return (4 - size % 4) % 4; }

void put_padded(std::string& out, std::string_view bytes) {
  out += bytes;
  out.append(padding(bytes.size()), '\0');
}

void put_option(std::string& out, std::uint16_t code, std::string_view value) {
  put_u16(out, code);
  put_u16(out, static_cast<unsigned>(value.size()));
  put_padded(out, value);
}

/// What an option can hold of a text, cut between two characters.
std::string_view fitting(std::string_view text) {
  if (text.size() <= kLongestOption) return text;
  auto size = kLongestOption;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
    --size;
  return text.substr(0, size);
}

void put_text_option(std::string& out, std::uint16_t code, std::string_view text) {
  if (!text.empty()) put_option(out, code, fitting(text));
}

void put_end_of_options(std::string& out) { put_u32(out, 0); }

/// A block's type and both of its lengths around what `body` holds.
std::string block(Block type, std::string_view body) {
  const auto length = body.size() + 12;
  std::string out;
  out.reserve(length);
  put_u32(out, static_cast<std::uint32_t>(type));
  put_u32(out, length);
  out += body;
  put_u32(out, length);
  return out;
}

/// The upper half first, whatever the byte order. Source: draft section 4.3.
void put_time(std::string& out, std::chrono::nanoseconds time) {
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0));
  put_u32(out, count >> 32);
  put_u32(out, count);
}

std::string section_block(const CaptureHead& head) {
  std::string body;
  put_u32(body, kByteOrder);
  put_u16(body, 1);  // version 1.0
  put_u16(body, 0);
  body.append(8, '\xFF');  // a section of unknown length
  if (head.has_comments) put_text_option(body, kComment, head.comment);
  put_text_option(body, kHardware, head.hardware);
  put_text_option(body, kOs, head.os);
  put_text_option(body, kApplication, head.application);
  put_end_of_options(body);
  return block(Block::section, body);
}

std::string interface_block(const CapturePoint& point) {
  std::string body;
  put_u16(body, kEthernet);
  put_u16(body, 0);
  put_u32(body, 0);  // no limit to what is kept of a packet
  put_text_option(body, kInterfaceName, point.name);
  put_text_option(body, kInterfaceDescription, point.description);
  put_option(body, kTimeResolution, "\x09");
  put_end_of_options(body);
  return block(Block::interface, body);
}

std::string name_record(const IpAddress& address, const std::string& name) {
  std::string record(address.wire());
  record += fitting(std::string_view(name).substr(0, kLongestOption - record.size() - 1));
  record += '\0';
  return record;
}

std::string names_block(const std::vector<std::pair<IpAddress, std::string>>& names) {
  std::string body;
  for (const auto& [address, name] : names)
    put_option(body, address.is_v6 ? kIpv6Name : kIpv4Name, name_record(address, name));
  put_end_of_options(body);  // of the records; options there are none
  return block(Block::names, body);
}

/// The lower half first, here. Source: draft section 4.6.
std::string count_text(std::uint64_t number) {
  std::string out;
  put_u32(out, number);
  put_u32(out, number >> 32);
  return out;
}

std::string statistics_block(std::size_t point, std::chrono::nanoseconds at, std::uint64_t packets,
                             std::uint64_t dropped) {
  std::string body;
  put_u32(body, point);
  put_time(body, at);
  std::string end_time;
  put_time(end_time, at);
  put_option(body, kEndTime, end_time);
  put_option(body, kReceived, count_text(packets));
  if (dropped > 0) put_option(body, kDropped, count_text(dropped));
  put_end_of_options(body);
  return block(Block::statistics, body);
}

}  // namespace

Pcapng::Pcapng(CaptureHead head) : head_(std::move(head)) {
  ensure(!head_.points.empty(), "a capture has a point where packets are seen");
}

std::string Pcapng::begin() const {
  auto out = section_block(head_);
  for (const auto& point : head_.points)
    out += interface_block(point);
  if (!head_.names.empty()) out += names_block(head_.names);
  return out;
}

std::string Pcapng::secrets(std::string_view key_log) const {
  std::string body;
  put_u32(body, kTlsKeyLog);
  put_u32(body, key_log.size());
  put_padded(body, key_log);
  return block(Block::secrets, body);
}

std::string Pcapng::packet(std::size_t point, std::chrono::nanoseconds since_unix_epoch,
                           const Packet& packet, std::string_view comment) const {
  return seen(point, since_unix_epoch, kEthernetHeader + ip_length(packet), comment,
              [&](std::string& out) { append_ethernet_frame(out, packet); });
}

std::string Pcapng::packet(std::size_t point, std::chrono::nanoseconds since_unix_epoch,
                           std::string_view ip_bytes, std::string_view comment) const {
  return seen(point, since_unix_epoch, kEthernetHeader + ip_bytes.size(), comment,
              [&](std::string& out) { append_ethernet_frame(out, ip_bytes); });
}

template <class Append>
std::string Pcapng::seen(std::size_t point, std::chrono::nanoseconds at, std::size_t frame,
                         std::string_view comment, const Append& append) const {
  ensure(point < head_.points.size(), "a packet is seen at a point of its capture");
  const auto text = head_.has_comments ? fitting(comment) : std::string_view();
  const auto options = text.empty() ? 0 : 8 + text.size() + padding(text.size());
  const auto length = 32 + frame + padding(frame) + options;
  std::string out;
  out.reserve(length);
  put_u32(out, static_cast<std::uint32_t>(Block::packet));
  put_u32(out, length);
  put_u32(out, point);
  put_time(out, at);
  put_u32(out, frame);  // captured
  put_u32(out, frame);  // on the wire
  append(out);
  out.append(padding(frame), '\0');
  if (!text.empty()) {
    put_option(out, kComment, text);
    put_end_of_options(out);
  }
  put_u32(out, length);
  return out;
}

std::string Pcapng::end(std::chrono::nanoseconds at, const std::vector<std::uint64_t>& packets,
                        const std::vector<std::uint64_t>& dropped) const {
  ensure(packets.size() == head_.points.size(), "each point of a capture has its count");
  std::string out;
  for (std::size_t i = 0; i < packets.size(); ++i)
    out += statistics_block(i, at, packets[i], dropped.empty() ? 0 : dropped.at(i));
  return out;
}

}  // namespace misproxy
