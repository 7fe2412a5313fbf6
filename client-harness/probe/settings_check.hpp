#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/endpoint.hpp"
#include "core/words.hpp"
#include "evidence/client_report.hpp"

namespace misproxy::probe {

/// One thing about the settings. `warning`: it can be tried all the same, `error`: it cannot.
struct SettingCheck {
  enum class Level { ok, warning, error };

  std::string what;  // `host`, `port`, `password` ...
  Level level = Level::ok;
  std::string sentence;  // what is there, and what would be right
};

/// The settings as a person wrote them: of flags, of `iprep_proxy.conf`, or of both, where a flag
/// counts more.
struct WrittenSettings {
  std::optional<std::string> proxy;  // `http://user:password@host:port`, or `host:port`
  std::optional<std::string> user;
  std::optional<std::string> password;
  std::optional<evidence::ProxySettings> config;
};

struct CheckedSettings {
  std::vector<SettingCheck> checks;
  Endpoint proxy;
  std::string user;  // empty: no credentials
  std::string password;

  /// Nothing stands against an attempt.
  bool usable() const;
};

/// Checks what an FMC takes: a host name or address, a port from 1 to 65535, a name of at most 64
/// characters (Smart Licensing), a password of A-Z, a-z, 0-9 and special characters, no NTLM, and
/// a proxy that is asked in clear text.
///
/// Source: Cisco's article on the FMC behind a proxy; RFC 3986 section 3.2, RFC 7617 section 2.
CheckedSettings check_settings(const WrittenSettings& written);

}  // namespace misproxy::probe

namespace misproxy {

template <>
struct WordsOf<probe::SettingCheck::Level> {
  static constexpr std::array<std::string_view, 3> words{"ok", "warning", "error"};
};

}  // namespace misproxy
