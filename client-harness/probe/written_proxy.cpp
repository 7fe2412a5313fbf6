#include "probe/written_proxy.hpp"

#include "core/ascii.hpp"

namespace misproxy::probe {
namespace {

/// What is no escape stands for itself, as in curl.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

void take_scheme(std::string_view& text, WrittenProxy& proxy) {
  const auto end = text.find("://");
  if (end == std::string_view::npos) return;
  proxy.scheme = in_lower_case(text.substr(0, end));
  text.remove_prefix(end + 3);
}

/// The last @ ends it: people write passwords with one in them.
void take_user(std::string_view& text, WrittenProxy& proxy) {
  const auto end = text.rfind('@');
  if (end == std::string_view::npos) return;
  const auto both = text.substr(0, end);
  const auto colon = both.find(':');
  proxy.user = decoded(both.substr(0, colon));
  if (colon != std::string_view::npos) proxy.password = decoded(both.substr(colon + 1));
  text.remove_prefix(end + 1);
}

}  // namespace

WrittenProxy split_proxy(std::string_view text) {
  WrittenProxy proxy;
  take_scheme(text, proxy);
  take_user(text, proxy);
  text = text.substr(0, text.find('/'));
  const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (bracket != std::string_view::npos) {
    proxy.host = std::string(text.substr(1, bracket - 1));
    if (text.substr(bracket + 1).starts_with(':')) proxy.port = text.substr(bracket + 2);
    return proxy;
  }
  const auto colon = text.find(':');
  const bool bare_ipv6 = colon != text.rfind(':');
  proxy.host = std::string(bare_ipv6 ? text : text.substr(0, colon));
  if (!bare_ipv6 && colon != std::string_view::npos) proxy.port = text.substr(colon + 1);
  return proxy;
}

}  // namespace misproxy::probe
