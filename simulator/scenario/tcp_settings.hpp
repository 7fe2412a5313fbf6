#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/fields.hpp"
#include "core/time.hpp"

namespace misproxy {

/// What a party's kernel is set to, under Linux's names: the sysctls `net.ipv4.tcp_*`, the route's
/// `initcwnd`, and the socket options SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT and
/// TCP_USER_TIMEOUT. What a file leaves out is Linux's default.
///
/// Units:  `initial_window` in segments; `retries2` and `syn_retries` count retransmissions, the
///         latter past the four that come evenly (tcp_syn_linear_timeouts); the kernel takes
///         keep-alive's times in whole seconds.
/// Source: Linux's ip-sysctl documentation; tcp(7); RFC 5482 (user time-out), RFC 9293 section
///         3.8.4 (keep-alive).
struct TcpSettings {
  bool sack = true;
  bool timestamps = true;
  bool window_scaling = true;
  bool ecn = false;
  std::int64_t initial_window = 10;
  std::int64_t retries2 = 15;
  std::int64_t syn_retries = 6;
  std::optional<Milliseconds> user_timeout_ms;
  bool keepalive = false;
  Milliseconds keepalive_time_ms{7'200'000};
  Milliseconds keepalive_interval_ms{75'000};
  std::int64_t keepalive_probes = 9;

  static constexpr std::array kHelps{
      KeyHelp{"sack", "selective acknowledgments (tcp_sack)"},
      KeyHelp{"timestamps", "the timestamps option (tcp_timestamps)"},
      KeyHelp{"window_scaling", "the window scale option (tcp_window_scaling)"},
      KeyHelp{"ecn", "explicit congestion notification is asked for (tcp_ecn = 1)"},
      KeyHelp{"initial_window", "segments sent before the first ACK (initcwnd)"},
      KeyHelp{"retries2", "retransmissions before a connection is given up (tcp_retries2)"},
      KeyHelp{"syn_retries", "SYNs again before connecting is given up (tcp_syn_retries)"},
      KeyHelp{"user_timeout_ms",
              "how long what was sent may stay unacknowledged (TCP_USER_TIMEOUT)"},
      KeyHelp{"keepalive", "idle connections are probed (SO_KEEPALIVE)"},
      KeyHelp{"keepalive_time_ms", "idle for so long before the first probe"},
      KeyHelp{"keepalive_interval_ms", "between two probes"},
      KeyHelp{"keepalive_probes", "unanswered ones before the connection is given up"},
  };

  template <class Visitor>
  void visit(Visitor& v) {
    constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
    v.optional("sack", sack);
    v.optional("timestamps", timestamps);
    v.optional("window_scaling", window_scaling);
    v.optional("ecn", ecn);
    v.optional("initial_window", initial_window, Range{1, 1'000});
    v.optional("retries2", retries2, Range{1, 255});
    v.optional("syn_retries", syn_retries, Range{1, 127});
    v.optional("user_timeout_ms", user_timeout_ms, Range{1, day_ms});
    v.optional("keepalive", keepalive);
    v.optional("keepalive_time_ms", keepalive_time_ms, Range{1'000, day_ms});
    v.optional("keepalive_interval_ms", keepalive_interval_ms, Range{1'000, day_ms});
    v.optional("keepalive_probes", keepalive_probes, Range{1, 127});
    for (const auto& [key, time] : {std::pair{"keepalive_time_ms", keepalive_time_ms},
                                    std::pair{"keepalive_interval_ms", keepalive_interval_ms}}) {
      v.check(key, time.count() % 1'000 == 0, "whole seconds: 1000, 2000, ...");
      v.check_together(key, keepalive, "goes with `keepalive = true`");
    }
    v.check_together("keepalive_probes", keepalive, "goes with `keepalive = true`");
  }

  bool operator==(const TcpSettings&) const = default;
};

}  // namespace misproxy
