#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace misproxy {

/// One challenge of a Proxy-Authenticate header, or the credentials of a Proxy-Authorization: they
/// have one grammar (RFC 9110 sections 11.3 and 11.4).
struct Challenge {
  std::string scheme;   // in lower case
  std::string token68;  // what follows Basic, or Negotiate and NTLM after their first round
  /// Names in lower case; values without quotes and escapes, in the order they came.
  std::vector<std::pair<std::string, std::string>> parameters;

  /// The first value of this name, in lower case, or null.
  const std::string* find(std::string_view name) const;
};

/// The challenges of one header's value, in order (RFC 9110 section 11.6.1).
///
/// Never fails, since proxies get this wrong and clients go on: what fits nowhere is passed over to
/// the next comma, and a string whose quote is missing ends with the value.
std::vector<Challenge> parse_challenges(std::string_view value);

/// The text as a quoted string; what no such string can hold is left out. RFC 9110 section 5.6.4.
std::string quoted_string(std::string_view text);

/// The challenges of several headers, one after the other.
std::vector<Challenge> parse_challenges(const std::vector<std::string>& values);

}  // namespace misproxy
