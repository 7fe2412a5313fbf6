#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/ip_address.hpp"

namespace misproxy {

/// Types of records, and response codes. Source: RFC 1035 sections 3.2.2 and 4.1.1, RFC 3596.
inline constexpr std::uint16_t kDnsA = 1;
inline constexpr std::uint16_t kDnsAaaa = 28;
inline constexpr std::uint16_t kDnsPort = 53;
inline constexpr unsigned kNoSuchName = 3;

/// What a DNS message asks. `name` in lower case and printable: what is not, is told as `\ddd`
/// (RFC 1035 section 5.1). `has_edns`: the asker understands EDNS (RFC 6891).
struct DnsQuestion {
  std::uint16_t id = 0;
  std::string name;
  std::uint16_t type = 0;
  std::uint16_t kind = 0;  // its class
  bool wants_recursion = false;
  bool has_edns = false;
  std::string bytes;  // name, type and class as they came
};

/// Nothing where these are no bytes of a question of one name: cut, with a pointer in the name
/// (nothing stands before it), a label or a name that is too long, an answer.
std::optional<DnsQuestion> read_dns_question(std::string_view message);

/// What is answered. An address that is not of the type asked for is left out.
struct DnsReply {
  unsigned rcode = 0;
  std::optional<IpAddress> address;
  std::optional<std::uint16_t> extended_error;  // RFC 8914; to who understands it
};

std::string dns_reply(const DnsQuestion& question, const DnsReply& reply);
std::string dns_query(std::uint16_t id, std::string_view name, std::uint16_t type);

/// An answer: the first address in it that is of the type asked for.
struct DnsResponse {
  std::uint16_t id = 0;
  unsigned rcode = 0;
  std::optional<IpAddress> address;
};

/// Of one question, as `dns_reply` writes it; nothing for any other message.
std::optional<DnsResponse> read_dns_response(std::string_view message);

}  // namespace misproxy
