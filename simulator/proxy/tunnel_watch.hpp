#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fault/fault.hpp"
#include "plan/channel.hpp"
#include "tls/record_scanner.hpp"
#include "tls/record_units.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Watches both directions of a tunnel for the exact byte at which a fault acts.
///
///     bytes ──> scan ──> pass ──> the other side
///                 └────> fault, and the rest behind it
///
/// Where a byte falls in a read does not matter: while a fault waits for a record, the first bytes
/// of a record not known yet are kept back, five at most. Each fault acts once in a tunnel.
class TunnelWatch {
 public:
  /// `faults` in file order, all of point `tunnel`; they outlive the watch.
  explicit TunnelWatch(const std::vector<const Fault*>& faults);

  /// The next fault that acts before any byte, or nothing.
  const Fault* at_start();
  /// What may pass, and the fault that acts behind it, if one does. Towards the origin no more
  /// passes at once than one record, so that the origin can answer each before the next counts; of
  /// what is no TLS it can answer any byte, and is heard before a fault behind them acts.
  Cut scan(Direction direction, std::string bytes);
  /// No fault is left that could act, and nothing is kept back.
  bool is_over() const;
  /// Bytes have passed that it has not seen. What still comes passes too; only once it is over.
  void let_pass() {
    lets_pass_ = true;
    streams_.reset();
  }
  /// What is kept back, taken: nothing more comes in this direction.
  std::string flush(Direction direction);

 private:
  struct Rule {
    const Fault* fault;
    bool done = false;
    std::int64_t records_seen = 0;
    std::optional<RecordStart> record;  // the one it waits for, once known
  };

  struct Stream {
    std::uint64_t passed = 0;
    std::uint64_t scanned =
        0;  // by `records`; never behind `passed` while a rule waits for a record
    std::uint64_t flight = 0;
    RecordScanner records;
    RecordUnits units;
    std::string kept;
  };

  Stream& stream(Direction direction);
  bool waits_for_record(Direction direction) const;
  Rule* first_due(Direction direction, std::size_t size, std::uint64_t& cut);
  void scan_records(Direction direction, std::string_view input);
  std::optional<std::uint64_t> position(const Rule& rule, const Stream& stream,
                                        std::size_t size) const;
  static bool matches(const RecordTrigger& trigger, const RecordStart& record);

  std::vector<Rule> rules_;
  std::unique_ptr<std::array<Stream, 2>> streams_;  // from the first byte on
  bool lets_pass_ = false;
};

/// Where in the tunnel a fault acted, in the terms of its trigger: the same in every run.
TraceFields place_of(const When& when);

}  // namespace misproxy
