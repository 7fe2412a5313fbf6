#include "http/told_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "http/request_reader.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kSecret = "***";

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

}  // namespace

std::string told_field(std::string_view name, std::string_view value) {
  const bool credentials =
      same_but_for_case(name, "authorization") || same_but_for_case(name, "proxy-authorization");
  if (credentials) return fmt::format("{}: {} {}", name, scheme_of(value), kSecret);
  if (is_secret(name)) return fmt::format("{}: {}", name, kSecret);
  if (same_but_for_case(name, "referer"))
    return fmt::format("{}: {}", name, without_secrets(value));
  return fmt::format("{}: {}", name, value);
}

}  // namespace misproxy
