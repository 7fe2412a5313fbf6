#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "packets/wire_packet.hpp"

namespace misproxy::anonymize {

/// Addresses that stand for others, in order of appearance. As text each is as long as what it
/// stands for, so that what holds it keeps its size; a private one stays private, and what is no
/// host's (loopback, multicast, unspecified) stays as it is.
class AddressPseudonyms {
 public:
  /// Of family v4 or v6.
  evidence::HostId of(const evidence::HostId& address);
  /// `10.10.10.1`, `2001:db8::1`; nothing else. Empty for what is no address.
  std::string of_text(std::string_view text);
  /// Six bytes of a MAC address.
  std::string of_mac(std::string_view bytes);

  /// All originals are known: a pseudonym that is one of them, or holds one, gives way to another.
  void settle();

 private:
  using Text = std::string;

  std::string fresh(const evidence::HostId& address);
  bool is_taken(const std::string& text) const;

  std::map<Text, Text, std::less<>> known_;  // canonical texts
  std::set<Text, std::less<>> used_;
  std::map<std::string, std::string, std::less<>> macs_;
  std::uint64_t next_ = 0;
};

/// Nothing where the text is none.
std::optional<evidence::HostId> address_of_text(std::string_view text);
std::string text_of_address(const evidence::HostId& address);

}  // namespace misproxy::anonymize
