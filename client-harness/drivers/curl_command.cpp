#include "drivers/curl_command.hpp"

#include <fmt/format.h>

#include "core/shell_word.hpp"
#include "drivers/curl.hpp"

namespace misproxy {

std::string curl_command(const ClientSettings& client, const std::string& proxy_url,
                         const std::string& ca) {
  std::string text;
  if (client.method == ClientSettings::Method::post) {
    text = fmt::format("printf '%{}s' | ", client.body_bytes);
  }
  fmt::format_to(std::back_inserter(text), "curl -x {} --cacert {}", proxy_url, shell_word(ca));
  if (proxy_url.starts_with("https:"))
    fmt::format_to(std::back_inserter(text), " --proxy-cacert {}", shell_word(ca));
  if (client.max_time_ms) {
    fmt::format_to(std::back_inserter(text), " -m {}",
                   static_cast<double>(client.max_time_ms->count()) / 1000);
  }
  if (client.proxy_auth != ClientSettings::Auth::none) {
    const bool any = client.proxy_auth == ClientSettings::Auth::any;
    fmt::format_to(std::back_inserter(text), " --proxy-{} --proxy-user {}",
                   any ? "anyauth" : word(client.proxy_auth), shell_word(client.proxy_user));
  }
  for (const auto& word : curl_request_words(client))
    text += " " + shell_word(word);
  const auto url = " " + shell_word(client.url);
  return client.again_after_ms ? text + url + url : text + url;
}

}  // namespace misproxy
