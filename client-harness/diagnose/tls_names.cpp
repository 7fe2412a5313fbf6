#include "diagnose/tls_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.hpp"
#include "evidence/line_signs.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 34> kAlerts{{
    {0, "close notify"},
    {10, "unexpected message"},
    {20, "bad record MAC"},
    {21, "decryption failed"},
    {22, "record overflow"},
    {30, "decompression failure"},
    {40, "handshake failure"},
    {41, "no certificate"},
    {42, "bad certificate"},
    {43, "unsupported certificate"},
    {44, "certificate revoked"},
    {45, "certificate expired"},
    {46, "certificate unknown"},
    {47, "illegal parameter"},
    {48, "unknown CA"},
    {49, "access denied"},
    {50, "decode error"},
    {51, "decrypt error"},
    {60, "export restriction"},
    {70, "protocol version"},
    {71, "insufficient security"},
    {80, "internal error"},
    {86, "inappropriate fallback"},
    {90, "user canceled"},
    {100, "no renegotiation"},
    {109, "missing extension"},
    {110, "unsupported extension"},
    {111, "certificate unobtainable"},
    {112, "unrecognized name"},
    {113, "bad certificate status response"},
    {114, "bad certificate hash value"},
    {115, "unknown PSK identity"},
    {116, "certificate required"},
    {120, "no application protocol"},
}};

struct TlsWords {
  std::string_view part;
  int alert;
  std::string_view client;
};

/// What other words some have for it.
constexpr auto kWords = std::to_array<TlsWords>({
    {"incompatible or unsupported protocol version", 70, "NSS"},
    {"unsupported protocol", 70, "OpenSSL"},
    {"error in protocol version", 70, "GnuTLS"},
    {"no common encryption algorithm", 40, "NSS"},
    {"handshake failed", 40, "GnuTLS, before 3.7"},
});

/// `SSL alert number 40`.
std::optional<int> alert_number(std::string_view words) {
  const auto behind = evidence::after_last(words, "alert number ");
  if (!behind) return std::nullopt;
  auto rest = *behind;
  const auto number = evidence::take_number(rest);
  return number && *number < 256 ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

/// Squid prints OpenSSL's error alone: its reasons above 1000 are alerts.
std::optional<int> alert_of_reason(std::string_view words) {
  const auto behind = evidence::after_last(words, "TLS_LIB_ERR=A000");
  if (!behind) return std::nullopt;
  int reason = 0;
  for (const char c : behind->substr(0, 3))
    reason = reason * 16 + std::max(hex_digit(c), 0);
  return reason >= 1000 && reason < 1256 ? std::optional(reason - 1000) : std::nullopt;
}

/// aria2 says so of whatever ended the handshake; the alert stands behind it, if it was one.
std::string_view behind_aria(std::string_view words) {
  return evidence::after_last(words, "SSL/TLS handshake failure: ").value_or(words);
}

/// The longest name that is found: `bad certificate` is part of others.
std::optional<int> alert_named(std::string_view words) {
  std::string plain(behind_aria(words));
  std::replace(plain.begin(), plain.end(), '_', ' ');
  const std::pair<int, std::string_view>* found = nullptr;
  for (const auto& each : kAlerts) {
    if (each.first == 0 || !holds_in_any_case(plain, each.second)) continue;
    if (found == nullptr || each.second.size() > found->second.size()) found = &each;
  }
  return found == nullptr ? std::nullopt : std::optional(found->first);
}

}  // namespace

std::optional<int> alert_told(std::string_view words) {
  if (const auto reason = alert_of_reason(words)) return reason;
  if (!evidence::LineSigns(words).has(evidence::Sign::alert)) return std::nullopt;
  if (const auto number = alert_number(words)) return number;
  for (const auto& each : kWords) {
    // Schannel gives it as an example.
    const auto at = holds_in_any_case(words, "(e.g. handshake failed)");
    if (!at && holds_in_any_case(words, each.part)) return each.alert;
  }
  return alert_named(words).value_or(kUnnamedAlert);
}

std::string alert_name(int description) {
  const auto* found = std::find_if(kAlerts.begin(), kAlerts.end(),
                                   [&](const auto& each) { return each.first == description; });
  if (found == kAlerts.end()) return fmt::format("alert {}", description);
  return std::string(found->second);
}

}  // namespace misproxy::diagnose
