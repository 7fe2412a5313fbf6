#include "drivers/exec.hpp"

#include <fmt/format.h>

namespace misproxy {
namespace {

/// Percent-encoded (RFC 3986 section 2.1), but for what is unreserved.
std::string encoded(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace

std::string with_credentials(const ClientSettings& client, const std::string& proxy_url) {
  if (client.proxy_auth == ClientSettings::Auth::none) return proxy_url;
  const auto scheme = proxy_url.find("//") + 2;
  return fmt::format("{}{}:{}@{}", proxy_url.substr(0, scheme), encoded(client.proxy_user),
                     encoded(client.proxy_password), proxy_url.substr(scheme));
}

std::vector<std::string> exec_arguments(const std::string& command) {
  return {"/bin/sh", "-c", command};
}

std::vector<std::string> exec_environment(const ClientSettings& client,
                                          const std::string& proxy_url, const std::string& ca) {
  return {"MISPROXY_PROXY_URL=" + with_credentials(client, proxy_url), "MISPROXY_URL=" + client.url,
          "MISPROXY_CA=" + ca, "NO_PROXY=", "no_proxy="};
}

bool shell_found_nothing(int exit) { return exit == 126 || exit == 127; }

}  // namespace misproxy
