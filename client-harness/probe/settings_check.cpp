#include "probe/settings_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "evidence/proxy_settings.hpp"
#include "evidence/text_line.hpp"
#include "probe/written_proxy.hpp"

namespace misproxy::probe {
namespace {

using evidence::printable;
using Level = SettingCheck::Level;

constexpr std::size_t kMostName = 64;  // characters, with Smart Licensing

std::optional<std::uint16_t> port_number(std::string_view text) {
  unsigned number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool good = error == std::errc{} && stop == end && number >= 1 && number <= 65'535;
  return good ? std::optional(static_cast<std::uint16_t>(number)) : std::nullopt;
}

/// What a password must not have, in words, with the place of the first; empty where all is well.
std::string wrong_characters(std::string_view text) {
  std::string found;
  const auto add = [&](std::string_view what, auto is_one) {
    const auto* at = std::find_if(text.begin(), text.end(), is_one);
    if (at == text.end()) return;
    fmt::format_to(std::back_inserter(found), "{}{} (at byte {})", found.empty() ? "" : ", ", what,
                   at - text.begin() + 1);
  };
  add("a space", [](char c) { return c == ' '; });
  add("a control character", [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  add("a character that is not ASCII", [](unsigned char c) { return c >= 0x80; });
  return found;
}

class Checker {
 public:
  explicit Checker(const WrittenSettings& written) : written_(written) {}

  CheckedSettings run() {
    gather();
    scheme();
    host();
    port();
    credentials();
    config();
    return std::move(checked_);
  }

 private:
  void say(std::string_view what, Level level, std::string sentence) {
    checked_.checks.push_back({std::string(what), level, std::move(sentence)});
  }

  /// A flag counts more than the URL, and that more than the file.
  void gather() {
    const auto& config = written_.config;
    if (written_.proxy) {
      proxy_ = split_proxy(*written_.proxy);
    } else if (config) {
      if (config->host) proxy_.host = config->host->value;
      if (config->port) proxy_.port = config->port->value;
    }
    if (!proxy_.user && config && config->user) proxy_.user = config->user->value;
    if (!proxy_.password && config && config->has_password) proxy_.password = config->password;
    if (written_.user) proxy_.user = written_.user;
    if (written_.password) proxy_.password = written_.password;
  }

  void scheme() {
    const auto& scheme = proxy_.scheme;
    if (scheme.empty() || scheme == "http") {
      return say("scheme", Level::ok, "the proxy is asked in clear text (http)");
    }
    if (scheme == "https") {
      return say(
          "scheme", Level::warning,
          "https:// means TLS to the proxy itself, which the FMC does not speak; it is asked "
          "in clear text here: http:// would be right");
    }
    say("scheme", Level::error,
        fmt::format("{}:// is no HTTP proxy: http://HOST:PORT would be right", printable(scheme)));
  }

  void host() {
    const auto& host = proxy_.host;
    checked_.proxy.host = host;
    if (host.empty()) {
      return say("host", Level::error, "no host: a name such as proxy.example.com, or an address");
    }
    if (!is_host(host)) {
      return say("host", Level::error,
                 fmt::format("`{}` is neither a host name nor an address", printable(host)));
    }
    if (is_address(host)) return say("host", Level::ok, fmt::format("{} is an address", host));
    say("host", Level::ok, fmt::format("{} is a host name", host));
    const bool fits = host.size() <= kMostName;
    say("length", fits ? Level::ok : Level::warning,
        fmt::format("the name has {} characters; Smart Licensing takes at most {}{}", host.size(),
                    kMostName, fits ? "" : ": a shorter name, or the address, would be right"));
  }

  void port() {
    const auto& port = proxy_.port;
    if (!port || port->empty()) {
      return say("port", Level::error,
                 "no port: HOST:PORT with 1 to 65535; without one curl would ask at 1080");
    }
    const auto number = port_number(*port);
    if (!number) {
      return say("port", Level::error,
                 fmt::format("`{}` is no port: 1 to 65535", printable(*port)));
    }
    checked_.proxy.port = *number;
    say("port", Level::ok, fmt::format("{}", *number));
  }

  void credentials() {
    const auto user = proxy_.user.value_or("");
    const auto password = proxy_.password.value_or("");
    if (user.empty()) {
      if (password.empty()) return say("user", Level::ok, "no credentials");
      return say("user", Level::warning, "a password without a user is not sent: give both");
    }
    checked_.user = user;
    checked_.password = password;
    this->user(user);
    if (password.empty()) {
      return say("password", Level::warning, "a user without a password: give both");
    }
    const auto wrong = wrong_characters(password);
    if (wrong.empty()) {
      return say("password", Level::ok, "A-Z, a-z, 0-9 and special characters only");
    }
    say("password", Level::warning,
        fmt::format("it has {}: A-Z, a-z, 0-9 and special characters are what the FMC takes",
                    wrong));
  }

  void user(std::string_view user) {
    if (user.find('\\') != std::string_view::npos) {
      return say("user", Level::warning,
                 fmt::format("`{}` is how NTLM names a user: the FMC does not support NTLM, the "
                             "proxy has to offer it Basic or Digest",
                             printable(user)));
    }
    const auto wrong = wrong_characters(user);
    if (!wrong.empty()) return say("user", Level::warning, fmt::format("it has {}", wrong));
    if (user.find(':') != std::string_view::npos) {
      return say("user", Level::warning,
                 "it has a colon, which Basic cannot send in a user's name");
    }
    say("user", Level::ok, printable(user));
  }

  void config() {
    if (!written_.config) return;
    const auto& config = *written_.config;
    for (const auto& line : config.unknown) {
      say("config", Level::warning,
          fmt::format("line {} is none of its settings: {}", line.where.number, line.value));
    }
    for (const auto* told : {&config.host, &config.port}) {
      if (!*told || evidence::ends_setting((*told)->where.quote)) continue;
      say("config", Level::warning,
          fmt::format("line {} has no semicolon at its end", (*told)->where.number));
    }
    if (!written_.proxy) return;
    const auto theirs = fmt::format("{}:{}", config.host ? config.host->value : "",
                                    config.port ? config.port->value : "");
    const auto ours = fmt::format("{}:{}", proxy_.host, proxy_.port.value_or(""));
    if (theirs == ours) return;
    say("config", Level::warning,
        fmt::format("the file has {}, and --proxy, which is tried, {}", printable(theirs),
                    printable(ours)));
  }

  const WrittenSettings& written_;
  WrittenProxy proxy_;
  CheckedSettings checked_;
};

}  // namespace

bool CheckedSettings::usable() const {
  return std::none_of(checks.begin(), checks.end(),
                      [](const auto& each) { return each.level == Level::error; });
}

CheckedSettings check_settings(const WrittenSettings& written) { return Checker(written).run(); }

}  // namespace misproxy::probe
