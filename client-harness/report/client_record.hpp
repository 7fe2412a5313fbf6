#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/outcome.hpp"
#include "core/time.hpp"
#include "core/words.hpp"

namespace misproxy {

/// What a real client made of a scenario, held against what happened.
///
/// `phase`: how far it came, as the proxy and the origin saw it. `status`, `bytes` and `message`
/// are its own words, absent or empty where it said none. `exit`: 128 and the signal where one
/// ended it.
struct ClientRecord {
  /// `http-error`: it tells a status of 400 or more. `hung`: it had to be killed at the limit.
  /// `proxy-bypassed`: it went directly to where it tells of.
  enum class Ending { success, http_error, failed, hung, proxy_bypassed };

  /// `truncated-as-whole`: success for a response that broke off. `refusal-as-success`: success
  /// though the proxy let nobody through. `untrusted-as-trusted`: success with a certificate that
  /// is not to be trusted for that host. `blames-origin`: it tells the proxy's refusal as if it
  /// were the origin's. `endless`: it waits for what does not come, and sets itself no limit.
  enum class Lie {
    truncated_as_whole,
    refusal_as_success,
    untrusted_as_trusted,
    blames_origin,
    endless
  };

  std::string client;
  std::string version;
  Ending ending = Ending::failed;
  ClientPhase phase = ClientPhase::connect;
  std::optional<std::int64_t> status{};
  int exit = 0;
  std::string message{};
  std::optional<std::uint64_t> bytes{};
  Duration took{0};
  std::vector<Lie> lies{};
};

template <>
struct WordsOf<ClientRecord::Ending> {
  static constexpr std::array<std::string_view, 5> words{"success", "http-error", "failed", "hung",
                                                         "proxy-bypassed"};
};

template <>
struct WordsOf<ClientRecord::Lie> {
  static constexpr std::array<std::string_view, 5> words{"truncated-as-whole", "refusal-as-success",
                                                         "untrusted-as-trusted", "blames-origin",
                                                         "endless"};
};

}  // namespace misproxy
