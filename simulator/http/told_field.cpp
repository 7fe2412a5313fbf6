#include "http/told_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "http/request_reader.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kSecret = "***";

/// As request heads are told.
constexpr std::size_t kLongestTold = 8000;

/// What the name of a header says that carries a secret.
constexpr std::array<std::string_view, 14> kSecretNames{
    "cookie",  "token",     "key", "secret", "passw",     "auth",    "credential",
    "session", "signature", "jwt", "ticket", "assertion", "license", "otp"};

bool is_secret(std::string_view name) {
  return std::ranges::any_of(kSecretNames,
                             [&](std::string_view word) { return holds_in_any_case(name, word); });
}

/// Without what may stand in a URL before its host and behind its path.
std::string without_secrets(std::string_view url) {
  std::string text(url.substr(0, url.find_first_of("?#")));
  if (text.size() < url.size()) text += fmt::format("{}{}", url[text.size()], kSecret);
  const auto scheme = text.find("://");
  const auto host = scheme == std::string::npos ? 0 : scheme + 3;
  const auto at = text.substr(0, text.find('/', host)).rfind('@');
  if (at != std::string::npos && at >= host) text.replace(host, at - host, kSecret);
  return text;
}

/// What a server asks for is no secret; what it proves itself with, as Negotiate and NTLM do, is
/// one.
std::string told_challenge(std::string_view value) {
  const auto scheme = value.substr(0, value.find(' '));
  const bool proves = same_but_for_case(scheme, "negotiate") || same_but_for_case(scheme, "ntlm");
  if (!proves || scheme.size() == value.size()) return std::string(value);
  return fmt::format("{} {}", scheme, kSecret);
}

}  // namespace

std::string told_field(std::string_view name, std::string_view value) {
  const bool credentials =
      same_but_for_case(name, "authorization") || same_but_for_case(name, "proxy-authorization");
  if (credentials) return fmt::format("{}: {} {}", name, scheme_of(value), kSecret);
  const bool challenge =
      same_but_for_case(name, "proxy-authenticate") || same_but_for_case(name, "www-authenticate");
  if (challenge) return fmt::format("{}: {}", name, told_challenge(value));
  if (is_secret(name)) return fmt::format("{}: {}", name, kSecret);
  if (same_but_for_case(name, "referer") || same_but_for_case(name, "location"))
    return fmt::format("{}: {}", name, without_secrets(value));
  std::string told;
  told.reserve(name.size() + 2 + value.size());
  return told.append(name).append(": ", 2).append(value);
}

std::string told_fields(const std::vector<std::string>& headers) {
  std::string all;
  for (const auto& header : headers) {
    const std::string_view line(header);
    const auto colon = std::min(line.find(':'), line.size());
    const auto told = told_field(line.substr(0, colon),
                                 without_blanks(line.substr(std::min(colon + 1, line.size()))));
    if (all.size() + told.size() >= kLongestTold) continue;
    if (!all.empty()) all += '\n';
    all += told;
  }
  return all;
}

std::string told_head(std::string_view head) {
  std::vector<std::string> headers;
  auto at = head.find('\n');
  while (at != std::string_view::npos) {
    head.remove_prefix(at + 1);
    at = head.find('\n');
    auto line = head.substr(0, at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    headers.emplace_back(line);
  }
  return told_fields(headers);
}

}  // namespace misproxy
