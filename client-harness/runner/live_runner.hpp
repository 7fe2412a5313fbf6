#pragma once

#include <string>
#include <variant>

#include "live/ca_store.hpp"
#include "runner/run.hpp"
#include "tls/catalogue.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {

struct RealClient;

/// Runs scenarios over real sockets on loopback, one after the other. One a thread.
///
/// The plan must be one that the world can express (plan/worlds.hpp, `why_not_live`).
class LiveRunner {
 public:
  /// A run, or one sentence that says what the surroundings refused.
  using Result = std::variant<Run, std::string>;

  /// `limit`: the real time after which a run is stopped whose client has come to no end.
  /// `interrupt`: a descriptor that is readable from when all runs are to end; -1: there is none.
  LiveRunner(const live::StoredAuthority& authority, Duration limit, int interrupt = -1);

  /// With the built-in client.
  Result run(const RunRequest& request);
  /// With the curl in PATH.
  Result run_curl(const RunRequest& request);
  /// With a command line for the shell. It is killed past the limit; `limit_asked`: somebody asked
  /// for that one. Otherwise the limit is twice the scenario's `max_time_ms`, or `kExecLimit`.
  Result run_exec(const RunRequest& request, const std::string& command, bool limit_asked);
  static constexpr std::chrono::seconds kExecLimit{300};
  /// With a client of the table, as it comes: it is told of no limit but killed past `limit`, with
  /// all that it has started. The result has a record.
  Result run_client(const RunRequest& request, const RealClient& client, Duration limit);

 private:
  LiveRunner(const live::StoredAuthority& authority, Duration limit, int interrupt, CivilTime now);

  std::string ca_path_;
  Duration limit_;
  int interrupt_;
  Catalogue catalogue_;
  ClientContext client_;
};

}  // namespace misproxy
