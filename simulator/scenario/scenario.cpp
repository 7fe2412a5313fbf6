#include "scenario/scenario.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "core/endpoint.hpp"

namespace misproxy {
namespace {

using Version = std::pair<int, int>;

/// The leading `major.minor` of a version, and what is left of the text.
std::optional<std::pair<Version, std::string_view>> leading_version(std::string_view text) {
  Version version;
  const auto* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.first);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.second);
  if (minor.ec != std::errc{}) return std::nullopt;
  return std::pair{version, std::string_view(minor.ptr, static_cast<std::size_t>(end - minor.ptr))};
}

}  // namespace

bool About::is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-';
         });
}

bool Network::is_ipv4(std::string_view text) {
  return is_address(text) && text.find(':') == std::string_view::npos;
}

bool Network::is_ipv4_and_port(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  return endpoint && is_ipv4(endpoint->host) && endpoint->port != 0;
}

bool Network::is_name(std::string_view text) { return is_host(text) && !is_address(text); }

bool Network::are_parties(const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(), [](const std::string& text) {
    const auto party = parse_word<Party>(text);
    return party && *party != Party::router;
  });
}

TcpSettings Network::tcp_of(Party party) const {
  const auto& written = party == Party::client  ? client_tcp
                        : party == Party::proxy ? proxy_tcp
                                                : origin_tcp;
  return written.value_or(TcpSettings{});
}

bool Network::probes_mtu(Party party) const {
  return std::ranges::find(mtu_probing, word(party)) != mtu_probing.end();
}

bool ClientSettings::is_url(std::string_view text) {
  constexpr std::string_view kEnd = "://";
  const auto scheme = text.substr(0, text.find(kEnd));
  if (scheme == text || (scheme != "https" && scheme != "http")) return false;
  const bool printable = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > 0x20 && c < 0x7f && c != '\'' && c != '"' && c != '\\' && c != '`';
  });
  auto authority = text.substr(scheme.size() + kEnd.size());
  authority = authority.substr(0, authority.find_first_of("/?#"));
  return printable && (is_host(authority) || parse_endpoint(authority).has_value());
}

bool CurlExpectation::is_version(std::string_view text) {
  const auto version = leading_version(text);
  return version && version->second.empty();
}

bool CurlExpectation::covers(std::string_view version) const {
  const auto asked = leading_version(version);
  if (!asked) return false;
  if (from && asked->first < leading_version(*from)->first) return false;
  return !below || asked->first < leading_version(*below)->first;
}

}  // namespace misproxy
