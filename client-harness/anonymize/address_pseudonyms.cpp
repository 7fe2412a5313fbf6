#include "anonymize/address_pseudonyms.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "packets/byte_view.hpp"

namespace misproxy::anonymize {
namespace {

using evidence::HostId;

constexpr std::size_t kTries = 100'000;

/// An address that names no host of anybody's.
bool stays(const HostId& address) {
  const auto& bytes = address.bytes;
  if (address.family == HostId::Family::v4)
    return bytes[0] == 127 || bytes[0] == 0 || bytes[0] >= 224;
  const bool zeros = std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; });
  return bytes[0] == 0xFF || (zeros && bytes[15] <= 1);
}

/// How many octets say of what kind an IPv4 address is (RFC 1918, RFC 3927, RFC 6598).
std::size_t telling_octets(const HostId& address) {
  const auto a = address.bytes[0];
  const auto b = address.bytes[1];
  if (a == 10) return 1;
  const bool two = (a == 172 && b / 16 == 1) || (a == 192 && b == 168) || (a == 169 && b == 254) ||
                   (a == 100 && b / 64 == 1);
  return two ? 2 : 0;
}

/// The octets that are written with as many digits; a public address must not become one of
/// another kind, nor a host's that of its network.
std::vector<unsigned> octets_like(unsigned octet, std::size_t place) {
  const bool first = place == 0;
  const unsigned low = octet < 10 ? (first || place == 3 ? 1 : 0) : octet < 100 ? 11 : 101;
  const unsigned high = octet < 10 ? 9 : octet < 100 ? 99 : first ? 223 : 254;
  std::vector<unsigned> out;
  for (unsigned each = low; each <= high; ++each) {
    const bool special = each == 127 || each == 169 || each == 172 || each == 192;
    if (!first || !special) out.push_back(each);
  }
  return out;
}

/// The `count`th address of the same kind and length. The last octets change first.
HostId like_v4(const HostId& address, std::uint64_t count) {
  HostId out = address;
  const auto fixed = telling_octets(address);
  for (std::size_t i = 4; i-- > fixed;) {
    const auto choice = octets_like(address.bytes[i], i);
    // From different ends, so that one host after the other differs in more than its last octet.
    const auto at = (count + i * 3) % choice.size();
    count /= choice.size();
    out.bytes[i] = static_cast<std::uint8_t>(choice[at]);
  }
  return out;
}

/// A group of as many hexadecimal digits; 0 stays, so that `::` stands where it stood.
std::uint64_t group_like(unsigned group, std::uint64_t& count) {
  if (group == 0) return 0;
  const std::uint64_t low = group < 0x10     ? 1
                            : group < 0x100  ? 0x10
                            : group < 0x1000 ? 0x100
                                             : 0x1000;
  const std::uint64_t many = low == 1 ? 15 : low * 15;
  const auto at = count % many;
  count /= many;
  return low + at;
}

/// The first group tells of what kind it is: global, link-local, unique local.
HostId like_v6(const HostId& address, std::uint64_t count) {
  HostId out = address;
  for (std::size_t i = 7; i > 0; --i) {
    const unsigned group = (0U + address.bytes[2 * i]) << 8U | address.bytes[2 * i + 1];
    const auto other = group_like(group, count);
    out.bytes[2 * i] = static_cast<std::uint8_t>(other >> 8U);
    out.bytes[2 * i + 1] = static_cast<std::uint8_t>(other);
  }
  return out;
}

}  // namespace

std::optional<HostId> address_of_text(std::string_view text) {
  if (text.size() > INET6_ADDRSTRLEN) return std::nullopt;
  const std::string copy(text);
  HostId out;
  if (::inet_pton(AF_INET, copy.c_str(), out.bytes.data()) == 1) {
    out.family = HostId::Family::v4;
    return out;
  }
  out = {};
  if (::inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) != 1) return std::nullopt;
  out.family = HostId::Family::v6;
  return out;
}

std::string text_of_address(const HostId& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.family == HostId::Family::v4 ? AF_INET : AF_INET6;
  ::inet_ntop(family, address.bytes.data(), text.data(), text.size());
  return text.data();
}

HostId AddressPseudonyms::of(const HostId& address) {
  if (stays(address)) return address;
  const auto text = text_of_address(address);
  auto known = known_.find(text);
  if (known == known_.end()) known = known_.emplace(text, fresh(address)).first;
  return address_of_text(known->second).value_or(address);
}

std::string AddressPseudonyms::of_text(std::string_view text) {
  const auto address = address_of_text(text);
  if (!address) return "";
  return stays(*address) ? std::string(text) : text_of_address(of(*address));
}

/// Locally administered; a group's address stays, for it is nobody's.
std::string AddressPseudonyms::of_mac(std::string_view bytes) {
  const bool nobody = bytes.find_first_not_of('\0') == std::string_view::npos;
  if (bytes.size() != 6 || nobody || (u8_at(bytes, 0) & 1U) != 0) return std::string(bytes);
  auto known = macs_.find(bytes);
  if (known == macs_.end()) {
    const auto number = macs_.size() + 1;
    std::string mac{'\x02',
                    '\0',
                    '\0',
                    static_cast<char>(number >> 16U),
                    static_cast<char>(number >> 8U),
                    static_cast<char>(number)};
    known = macs_.emplace(bytes, std::move(mac)).first;
  }
  return known->second;
}

/// An original within it counts as well: `10.1.1.1` stands in `10.1.1.12`.
bool AddressPseudonyms::is_taken(const std::string& text) const {
  if (used_.contains(text) || known_.contains(text)) return true;
  const auto first = text.find('.');
  if (first == std::string::npos) return false;  // IPv6, whose texts hold no others
  const auto last = text.rfind('.') + 1;
  for (std::size_t begin = 0; begin < first; ++begin) {
    for (std::size_t end = last + 1; end <= text.size(); ++end) {
      if (known_.contains(std::string_view(text).substr(begin, end - begin))) return true;
    }
  }
  return false;
}

std::string AddressPseudonyms::fresh(const HostId& address) {
  const bool v4 = address.family == HostId::Family::v4;
  std::string text;
  for (std::size_t i = 0; i < kTries; ++i) {
    ++next_;
    text = text_of_address(v4 ? like_v4(address, next_) : like_v6(address, next_));
    if (is_taken(text) || text == text_of_address(address)) continue;
    used_.insert(text);
    return text;
  }
  return v4 ? "0.0.0.0" : "::";  // more hosts than there are addresses of that form
}

void AddressPseudonyms::settle() {
  for (auto& [original, pseudonym] : known_) {
    used_.erase(pseudonym);
    if (is_taken(pseudonym))
      pseudonym = fresh(*address_of_text(original));
    else
      used_.insert(pseudonym);
  }
}

}  // namespace misproxy::anonymize
