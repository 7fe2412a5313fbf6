#include "app/curl_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace misproxy::app {
namespace {

/// As one word of a POSIX shell.
std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("/._-:%@+,=").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return text;
  std::string word = "'";
  for (const char c : text)
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

std::string curl_command(const ClientSettings& client, const Endpoint& proxy,
                         const std::string& ca) {
  std::string text;
  if (client.method == ClientSettings::Method::post) {
    text = fmt::format("printf '%{}s' | ", client.body_bytes);
  }
  fmt::format_to(std::back_inserter(text), "curl -x http://{} --cacert {}", proxy.text(),
                 shell_word(ca));
  if (client.max_time_ms) {
    fmt::format_to(std::back_inserter(text), " -m {}",
                   static_cast<double>(client.max_time_ms->count()) / 1000);
  }
  if (client.method == ClientSettings::Method::head) text += " -I";
  if (client.method == ClientSettings::Method::post) text += " --data-binary @-";
  return text + " " + shell_word(client.url);
}

}  // namespace misproxy::app
