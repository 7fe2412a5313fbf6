#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/format.hpp"
#include "app/shard.hpp"
#include "core/exit_code.hpp"
#include "runner/capture_of.hpp"
#include "runner/diagnose_run.hpp"

namespace misproxy {
struct RealClient;
}

namespace misproxy::app {

/// Both ends are part of it; from 0 on, `from` is not above `to`.
struct NumberRange {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t step = 1;

  std::uint64_t count() const {
    return static_cast<std::uint64_t>(to - from) / static_cast<std::uint64_t>(step) + 1;
  }
  /// The number at an index below `count`.
  std::int64_t at(std::uint64_t index) const {
    return from + static_cast<std::int64_t>(index) * step;
  }
};

struct RunOptions {
  enum class WorldChoice { virtual_, live, lab };
  /// `table`: a real client by its name. Curl is one of them, with expectations of its own.
  enum class ClientChoice { fmc, curl, exec, table };

  static constexpr std::uint64_t kMostRuns = 10'000'000;

  std::vector<std::string> files;  // none: the bundled ones
  WorldChoice world = WorldChoice::virtual_;
  ClientChoice client = ClientChoice::fmc;
  std::string exec;                  // the command line, for the shell
  const RealClient* real = nullptr;  // of the table
  NumberRange seeds{1, 1, 1};
  std::int64_t repeat = 1;
  std::optional<NumberRange> sweep;  // of the fault's offset
  std::size_t jobs = 1;
  Shard shard;
  std::optional<std::string> junit;
  std::optional<std::string> out;
  std::optional<std::string> results;  // a folder, for `misproxy merge`
  std::optional<std::string> capture;
  std::vector<simulated::CapturePointId> capture_at;  // none: the world's default
  std::optional<std::string> har;
  std::optional<std::string> trace;
  std::optional<std::string> log;
  std::optional<std::string> html;  // a page with pictures: of one run, or the matrix
  std::optional<std::string> svg;   // of one run: the ladder
  std::optional<std::string> state_dir;
  std::int64_t max_time_s = 48 * 3600;
  bool max_time_asked = false;
  std::int64_t max_events = 50'000'000;
  Evidence evidence = Evidence::both;  // that the diagnosis is given
  bool comments = true;                // in captures
  bool splice = true;                  // in live
  bool require_expect = false;
  bool verbose = false;
  std::int64_t progress_s = 10;  // from line to line, where stderr is no terminal
  bool matrix = false;           // the confusion matrix instead of the table
  std::optional<std::pair<WorldChoice, WorldChoice>> compare;
  std::int64_t tries = 3;              // of a comparison: plays until one agrees
  std::optional<std::size_t> columns;  // of its ladders
  Format format = Format::text;

  /// As it is called on the command line, without what is behind `exec:`.
  std::string_view client_name() const;
  /// Pictures of one run.
  bool draws() const { return svg || (html && !matrix); }
  /// Files for what one run leaves.
  bool wants_one_run() const { return capture || har || trace || log || draws(); }
};

/// `A..B`, or `A..B:STEP`; nothing for anything else, for B below A, and for a step of 0.
std::optional<NumberRange> parse_range(std::string_view text);
/// `virtual,lab`: two different worlds; nothing for anything else.
std::optional<std::pair<RunOptions::WorldChoice, RunOptions::WorldChoice>> parse_worlds(
    std::string_view text);
/// In words, what makes runs of the same scenarios other runs.
std::string asked_for(const RunOptions& options);

ExitCode run(const RunOptions& options);

}  // namespace misproxy::app
