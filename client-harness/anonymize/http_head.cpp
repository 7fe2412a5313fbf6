#include "anonymize/http_head.hpp"

#include <algorithm>
#include <array>

#include "anonymize/mask.hpp"
#include "anonymize/plain_text.hpp"
#include "core/ascii.hpp"

namespace misproxy::anonymize {
namespace {

/// Values that name nobody.
constexpr auto kHarmless = std::to_array<std::string_view>({"accept",
                                                            "accept-charset",
                                                            "accept-encoding",
                                                            "accept-language",
                                                            "accept-ranges",
                                                            "age",
                                                            "allow",
                                                            "alt-svc",
                                                            "cache-control",
                                                            "connection",
                                                            "content-encoding",
                                                            "content-language",
                                                            "content-length",
                                                            "content-range",
                                                            "content-type",
                                                            "date",
                                                            "expect",
                                                            "expires",
                                                            "if-range",
                                                            "keep-alive",
                                                            "last-modified",
                                                            "max-forwards",
                                                            "mime-version",
                                                            "pragma",
                                                            "proxy-connection",
                                                            "range",
                                                            "retry-after",
                                                            "te",
                                                            "trailer",
                                                            "transfer-encoding",
                                                            "upgrade",
                                                            "vary",
                                                            "x-squid-error",
                                                            ":status",
                                                            ":method",
                                                            ":scheme"});
/// Values in which hosts and products stand.
constexpr auto kTelling = std::to_array<std::string_view>(
    {"forwarded", "host", "location", "content-location", "origin", "proxy-agent", "referer",
     "server", "user-agent", "via", "warning", "x-cache", "x-cache-lookup", "x-forwarded-for",
     "x-forwarded-host", "x-powered-by", "x-real-ip", "link", ":authority"});
/// What an authentication scheme says that is nobody's own. Source: RFC 7616 section 3.3.
constexpr auto kSchemeParameters =
    std::to_array<std::string_view>({"stale", "algorithm", "qop", "charset", "userhash", "nc"});

bool is_one_of(std::string_view name, const auto& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view each) { return same_but_for_case(name, each); });
}

/// What does not fit in the place of the original is masked in its place.
std::string as_long_as(std::string_view original, std::string pseudonym) {
  return pseudonym.size() == original.size() ? pseudonym : masked(original);
}

/// `Digest realm="...", stale=true`: the scheme, and those of its parameters. A scheme's name is
/// what stands in front of a parameter or of its token.
std::string disguised_challenge(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const auto size = std::min(value.find_first_of(" ,=\""), value.size());
    const auto word = value.substr(0, size);
    value.remove_prefix(size);
    if (!value.starts_with('=') || word.empty()) {
      const bool scheme = out.empty() || value.starts_with(' ');
      out += scheme && word.size() <= 12 ? std::string(word) : masked(word);
      if (value.starts_with('"')) {
        const auto end = std::min(value.find('"', 1), value.size() - 1);
        out += masked(value.substr(0, end + 1));
        value.remove_prefix(end + 1);
      } else if (!value.empty()) {
        out += value.front();
        value.remove_prefix(1);
      }
      continue;
    }
    const bool quoted = value.size() > 1 && value[1] == '"';
    const auto end = quoted ? std::min(value.find('"', 2), value.size() - 1) + 1
                            : std::min(value.find_first_of(", "), value.size());
    const bool token =
        value.substr(0, end).find_first_not_of('=') == std::string_view::npos;  // base64's padding
    const auto text = value.substr(0, end);
    const bool keeps = is_one_of(word, kSchemeParameters);
    out += token ? masked(word) : std::string(word);
    out += keeps ? std::string(text) : masked(text);
    value.remove_prefix(end);
  }
  return out;
}

/// `Basic dXNlcjpwYXNzd29yZA==`.
std::string disguised_credentials(std::string_view value) {
  const auto scheme = std::min(value.find(' '), value.size());
  return std::string(value.substr(0, scheme)) + masked(value.substr(scheme));
}

/// Method and version stay; a target is a path, a URL, or a host and a port.
std::string disguised_request_line(std::string_view line, Pseudonyms& pseudonyms) {
  const auto method = line.find(' ');
  const auto version = line.rfind(' ');
  const bool whole = version != method && line.substr(version + 1).starts_with("HTTP/");
  const auto target =
      line.substr(method + 1, whole ? version - method - 1 : std::string_view::npos);
  // As it stands behind its method: that tells what it is.
  const auto other = disguised_line(line.substr(0, method + 1 + target.size()), pseudonyms);
  return as_long_as(line.substr(0, method + 1 + target.size()), other) +
         std::string(line.substr(method + 1 + target.size()));
}

bool is_request_line(std::string_view line) {
  const auto method = line.find(' ');
  if (method == std::string_view::npos || method == 0) return false;
  return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(method),
                     [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::string disguised_value(std::string_view name, std::string_view value, Pseudonyms& pseudonyms) {
  if (is_one_of(name, kHarmless)) return std::string(value);
  if (same_but_for_case(name, "proxy-authenticate") || same_but_for_case(name, "www-authenticate"))
    return disguised_challenge(value);
  if (same_but_for_case(name, "proxy-authorization") || same_but_for_case(name, "authorization"))
    return disguised_credentials(value);
  if (!is_one_of(name, kTelling)) return masked(value);
  // A path alone is one, too; a host stands behind its field's name.
  if (value.starts_with('/') && same_but_for_case(name, "location"))
    return disguised_path(value, pseudonyms);
  const bool host = same_but_for_case(name, "host") || name == ":authority";
  const std::string lead = host ? "Host: " : "";
  return as_long_as(value,
                    disguised_line(lead + std::string(value), pseudonyms).substr(lead.size()));
}

std::string disguised_head_line(std::string_view line, Pseudonyms& pseudonyms) {
  if (line.starts_with("HTTP/")) return std::string(line);
  const auto colon = line.find(':', line.starts_with(':') ? 1 : 0);
  const auto blank = std::min(line.find(' '), line.size());
  if (is_request_line(line) && (colon == std::string_view::npos || blank < colon))
    return disguised_request_line(line, pseudonyms);
  if (colon == std::string_view::npos || line.substr(0, colon).find(' ') != std::string_view::npos)
    return masked(line);
  const auto value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
  return std::string(line.substr(0, value)) +
         disguised_value(line.substr(0, colon), line.substr(value), pseudonyms);
}

std::string disguised_head(std::string_view head, Pseudonyms& pseudonyms) {
  std::string out;
  while (!head.empty()) {
    const auto end = std::min(head.find_first_of("\r\n"), head.size());
    if (end > 0) out += disguised_head_line(head.substr(0, end), pseudonyms);
    head.remove_prefix(end);
    const auto next = std::min(head.find_first_not_of("\r\n"), head.size());
    out += head.substr(0, next);
    head.remove_prefix(next);
  }
  return out;
}

}  // namespace misproxy::anonymize
