#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/outcome.hpp"
#include "core/time.hpp"
#include "core/words.hpp"
#include "report/client_record.hpp"

namespace misproxy {

/// What the diagnosis named, from the client's evidence alone.
struct Named {
  std::string id;
  std::string confidence;  // certain, likely, ambiguous
  std::vector<std::string> alternatives;
  std::string headline;
  bool healthy = false;  // it names no failure
  bool sealed = false;   // from a capture alone, which hides what TLS holds, or from a log alone

  /// It says so, or says that it cannot decide between this and others. Of what is sealed it can
  /// say no more than what it looks like, and what else it may be.
  bool names(const std::string& truth) const {
    const bool allowed =
        std::find(alternatives.begin(), alternatives.end(), truth) != alternatives.end();
    return id == truth || (allowed && (sealed || confidence == "ambiguous"));
  }
};

/// One run of a scenario, and what is to be said of it.
///
/// `trace_digest` is that of the normal form, equal in every world; `bytes_digest` covers capture,
/// trace and log to the byte, where the run was in the virtual world and its bytes were asked for.
/// `mismatches` are sentences: what was expected, what came. `compared`: the scenario expects
/// something of such a run; without that it is no success. `stopped` names the limit that ended a
/// run which could not end by itself.
struct RunResult {
  /// How somebody's program ended that was the client; `output` is its stdout and stderr. What
  /// follows is what the proxy knows, as in `Outcome`; absent where it does not.
  struct Exec {
    int exit = 0;  // 128 and the signal where one ended it
    std::string output;
    bool output_cut = false;
    Duration took{0};
    std::optional<std::int64_t> http_connect{};
    std::optional<std::int64_t> http_code{};
    std::optional<std::int64_t> attempts{};
  };

  enum class Judged { as_expected, not_as_expected, nothing_expected };

  std::string scenario;
  std::string world;
  std::string client;
  std::uint64_t seed = 1;
  std::optional<std::int64_t> offset;  // of a sweep
  Outcome outcome;
  std::vector<std::string> fired;  // ids of the faults that acted, in file order
  std::vector<std::string> mismatches;
  bool compared = false;
  std::optional<std::string> stopped;
  std::optional<Named> named;  // where the run was diagnosed
  std::string injected;        // the verdict that its scenario expects; empty: it expects none
  std::string trace_digest;
  std::string bytes_digest;
  std::optional<Exec> exec;              // in the place of `outcome`
  std::optional<ClientRecord> record{};  // where it was a client of the table
  Duration took{0};                      // virtual or real, as the world has it

  bool ok() const { return mismatches.empty(); }
  Judged judged() const {
    if (!ok()) return Judged::not_as_expected;
    return compared ? Judged::as_expected : Judged::nothing_expected;
  }
  bool client_failed() const {
    return exec ? exec->exit != 0 : outcome.error != ClientError::none || outcome.curl_exit != 0;
  }
};

template <>
struct WordsOf<RunResult::Judged> {
  static constexpr std::array<std::string_view, 3> words{"as expected", "not as expected",
                                                         "nothing expected"};
};

}  // namespace misproxy
