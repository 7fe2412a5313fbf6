#include "capture/dns_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kDnsHeader = 12;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestName = 255;
constexpr unsigned kIsAnswer = 0x8000;
constexpr unsigned kAuthoritative = 0x0400;
constexpr unsigned kRecursionDesired = 0x0100;
constexpr unsigned kRecursionAvailable = 0x0080;
constexpr std::uint16_t kOpt = 41;
constexpr unsigned kExtendedError = 15;
constexpr std::uint16_t kInternet = 1;
constexpr unsigned kLifetime = 60;  // seconds

void put_pair(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8 & 0xffU);
  out += static_cast<char>(value & 0xffU);
}

std::uint16_t pair_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                                    static_cast<std::uint8_t>(bytes[at + 1]));
}

void put_letter(std::string& name, char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  if (byte <= 0x20 || byte >= 0x7f || letter == '.' || letter == '\\') {
    fmt::format_to(std::back_inserter(name), "\\{:03}", byte);
  } else {
    name += letter;
  }
}

/// Where the name ends that begins behind the header.
std::optional<std::size_t> read_name(std::string_view message, std::string& name) {
  std::size_t at = kDnsHeader;
  while (at < message.size() && message[at] != 0) {
    const std::size_t length = static_cast<std::uint8_t>(message[at]);
    const auto next = at + 1 + length;
    if (length > kLongestLabel || next >= message.size() || next - kDnsHeader >= kLongestName)
      return std::nullopt;
    if (!name.empty()) name += '.';
    for (const char letter : message.substr(at + 1, length))
      put_letter(name, letter);
    at = next;
  }
  if (at >= message.size()) return std::nullopt;
  name = in_lower_case(name);
  return at + 1;
}

/// The OPT record stands alone behind the question of whoever is no server.
bool has_opt(std::string_view rest) {
  return rest.size() >= 11 && rest[0] == 0 && pair_at(rest, 1) == kOpt;
}

bool is_of_type(const IpAddress& address, std::uint16_t type) {
  return type == (address.is_v6 ? kDnsAaaa : kDnsA);
}

void put_record(std::string& out, const IpAddress& address) {
  put_pair(out, 0xc000U | kDnsHeader);  // the name stands there
  put_pair(out, address.is_v6 ? kDnsAaaa : kDnsA);
  put_pair(out, kInternet);
  put_pair(out, 0);
  put_pair(out, kLifetime);
  put_pair(out, static_cast<unsigned>(address.wire().size()));
  out += address.wire();
}

void put_opt(std::string& out, const std::optional<std::uint16_t>& extended_error) {
  constexpr unsigned kPayload = 1232;
  out += '\0';
  put_pair(out, kOpt);
  put_pair(out, kPayload);
  put_pair(out, 0);
  put_pair(out, 0);
  put_pair(out, extended_error ? 6 : 0);
  if (!extended_error) return;
  put_pair(out, kExtendedError);
  put_pair(out, 2);
  put_pair(out, *extended_error);
}

}  // namespace

std::optional<DnsQuestion> read_dns_question(std::string_view message) {
  if (message.size() < kDnsHeader) return std::nullopt;
  const auto flags = pair_at(message, 2);
  if ((flags & kIsAnswer) != 0 || pair_at(message, 4) != 1) return std::nullopt;
  DnsQuestion question;
  const auto behind_name = read_name(message, question.name);
  if (!behind_name || *behind_name + 4 > message.size()) return std::nullopt;
  question.id = pair_at(message, 0);
  question.type = pair_at(message, *behind_name);
  question.kind = pair_at(message, *behind_name + 2);
  question.wants_recursion = (flags & kRecursionDesired) != 0;
  question.bytes = message.substr(kDnsHeader, *behind_name + 4 - kDnsHeader);
  question.has_edns = pair_at(message, 10) > 0 && has_opt(message.substr(*behind_name + 4));
  return question;
}

std::string dns_reply(const DnsQuestion& question, const DnsReply& reply) {
  const bool tells = reply.rcode == 0 && reply.address && question.kind == kInternet &&
                     is_of_type(*reply.address, question.type);
  const bool knows = reply.rcode == 0 || reply.rcode == kNoSuchName;
  std::string out;
  put_pair(out, question.id);
  put_pair(out, kIsAnswer | (knows ? kAuthoritative : 0) |
                    (question.wants_recursion ? kRecursionDesired : 0) | kRecursionAvailable |
                    reply.rcode);
  put_pair(out, 1);
  put_pair(out, tells ? 1 : 0);
  put_pair(out, 0);
  put_pair(out, question.has_edns ? 1 : 0);
  out += question.bytes;
  if (tells) put_record(out, *reply.address);
  if (question.has_edns) put_opt(out, reply.extended_error);
  return out;
}

std::string dns_query(std::uint16_t id, std::string_view name, std::uint16_t type) {
  std::string out;
  put_pair(out, id);
  put_pair(out, kRecursionDesired);
  put_pair(out, 1);
  for (int section = 0; section < 3; ++section)
    put_pair(out, 0);
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    out += static_cast<char>(std::min(label.size(), kLongestLabel));
    out += label.substr(0, kLongestLabel);
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  out += '\0';
  put_pair(out, type);
  put_pair(out, kInternet);
  return out;
}

std::optional<DnsResponse> read_dns_response(std::string_view message) {
  if (message.size() < kDnsHeader) return std::nullopt;
  const auto flags = pair_at(message, 2);
  if ((flags & kIsAnswer) == 0 || pair_at(message, 4) != 1) return std::nullopt;
  std::string name;
  const auto behind_name = read_name(message, name);
  if (!behind_name || *behind_name + 4 > message.size()) return std::nullopt;
  DnsResponse response{pair_at(message, 0), flags & 0xfU, std::nullopt};
  if (pair_at(message, 6) == 0) return response;
  const auto record = message.substr(*behind_name + 4);
  constexpr std::size_t kBeforeAddress = 12;
  if (record.size() >= kBeforeAddress + 4 && pair_at(record, 2) == kDnsA) {
    response.address = Ipv4{pair_at(record, 12)} << 16 | pair_at(record, 14);
  } else if (record.size() >= kBeforeAddress + 16 && pair_at(record, 2) == kDnsAaaa) {
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(record.begin() + kBeforeAddress, bytes.size(), bytes.begin());
    response.address = IpAddress(bytes);
  }
  return response;
}

}  // namespace misproxy
