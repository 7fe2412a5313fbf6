#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "drivers/child_process.hpp"
#include "live/ca_store.hpp"
#include "runner/live_stage.hpp"
#include "runner/run.hpp"
#include "tls/catalogue.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {

struct RealClient;

/// Runs scenarios over real sockets, on loopback or in a lab each, one after the other. One a
/// thread.
///
/// The plan must be one that the world can express (plan/worlds.hpp, `why_not_live`,
/// `why_not_lab`). For labs, the process has entered their ground (lab/ground.hpp).
class LiveRunner {
 public:
  /// `NAME=value` for a program, where the proxy has this URL.
  using EnvironmentFor = std::function<std::vector<std::string>(const std::string& proxy_url)>;

  /// A run, or one sentence that says what the surroundings refused.
  using Result = std::variant<Run, std::string>;

  /// `limit`: the real time after which a run is stopped whose client has come to no end.
  /// `interrupt`: a descriptor that is readable from when all runs are to end; -1: there is none.
  LiveRunner(LiveStage::Where where, const live::StoredAuthority& authority, Duration limit,
             int interrupt = -1);
  /// For the built-in client alone, with a virtual world's CA and keys: what TLS says has the sizes
  /// that it has there, and so have the segments.
  LiveRunner(LiveStage::Where where, std::uint64_t seed, Duration limit, int interrupt);

  /// With the built-in client.
  Result run(const RunRequest& request) {
    return on_its_thread([&] { return play(request); });
  }
  /// With the curl in PATH.
  Result run_curl(const RunRequest& request) {
    return on_its_thread([&] { return play_curl(request); });
  }
  /// With a command line for the shell. It is killed past the limit; `limit_asked`: somebody asked
  /// for that one. Otherwise the limit is twice the scenario's `max_time_ms`, or `kExecLimit`.
  Result run_exec(const RunRequest& request, const std::string& command, bool limit_asked);
  static constexpr std::chrono::seconds kExecLimit{300};
  /// With a program that shares misproxy's own streams, and has no limit. `environment_for`: what
  /// it is told, once it is known where the proxy is.
  Result run_command(const RunRequest& request, const std::vector<std::string>& argv,
                     const EnvironmentFor& environment_for);
  /// With a client of the table, as it comes: it is told of no limit but killed past `limit`, with
  /// all that it has started. The result has a record.
  Result run_client(const RunRequest& request, const RealClient& client, Duration limit) {
    return on_its_thread([&] { return play_client(request, client, limit); });
  }

 private:
  LiveRunner(LiveStage::Where where, std::string ca_path, Authority authority, Key server_key,
             Duration limit, int interrupt);

  /// A lab on a thread of its own, with which all of it goes.
  Result on_its_thread(const std::function<Result()>& make) const;
  Result play(const RunRequest& request);
  Result play_curl(const RunRequest& request);
  Result play_client(const RunRequest& request, const RealClient& client, Duration limit);
  Result play_program(const RunRequest& request, const std::vector<std::string>& argv,
                      ChildSetup setup, const EnvironmentFor& environment_for, Duration limit);

  Result run_program(const RunRequest& request, const std::vector<std::string>& argv,
                     ChildSetup setup, const EnvironmentFor& environment_for, Duration limit) {
    return on_its_thread(
        [&] { return play_program(request, argv, setup, environment_for, limit); });
  }

  LiveStage::Where where_;
  std::string ca_path_;
  Duration limit_;
  int interrupt_;
  Catalogue catalogue_;
  ClientContext client_;
};

}  // namespace misproxy
