#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace misproxy::test {

/// A scenario `up` with what is given behind its head.
inline std::string upstream_text(std::string_view rest) {
  return fmt::format("schema = 1\n[about]\nid = 'up'\ntitle = 't'\nteaches = 'u'\n{}", rest);
}

/// real.test:443, at a port of 127.0.0.1.
inline std::string real_at(std::uint16_t port, std::string_view more = {}) {
  return upstream_text(
      fmt::format("{}\n[[origin]]\nhost = 'real.test'\nconnect-to = '127.0.0.1:{}'\n", more, port));
}

/// real.test:443 there too, through a parent at another port.
inline std::string real_through(std::uint16_t parent, std::uint16_t port,
                                std::string_view more = {}) {
  return fmt::format("{}parent = '127.0.0.1:{}'\n", real_at(port, more), parent);
}

/// A fault of such a scenario.
inline std::string fault(std::string_view id, std::string_view when, std::string_view deed) {
  return fmt::format("[[fault]]\nid = '{}'\nwhen = {{ {} }}\ndo = {{ {} }}\n", id, when, deed);
}

}  // namespace misproxy::test
