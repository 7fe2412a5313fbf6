#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/capture_output.hpp"
#include "app/run_options.hpp"
#include "runner/capture_sinks.hpp"
#include "runner/diagnose_run.hpp"

namespace misproxy::app {

/// The folder of `--out` that keeps what one run leaves.
std::filesystem::path bundle_folder(const RunOptions& options, const std::string& scenario,
                                    std::uint64_t seed, std::optional<std::int64_t> offset);

/// Where one run's captures go while it goes on: to the files that were asked for, and to its
/// diagnosis.
class RunCaptures {
 public:
  /// Makes the files. `folder`: of `--out`, made where it is not there. `diagnosis`: null where
  /// there is none; it outlives this.
  RunCaptures(const RunOptions& options, const std::filesystem::path& folder,
              RunDiagnosis* diagnosis);

  const CaptureSinks& sinks() const { return sinks_; }
  /// Why something could not be written, in a sentence; empty where all was.
  std::string why() const;
  /// The capture that pictures are made of; empty where none are.
  std::string take_drawn() { return std::move(drawn_); }

 private:
  void add_file(CaptureWrite& to, const std::string& path);
  void add_bundle(const std::filesystem::path& folder, bool client);

  CaptureSinks sinks_;
  std::vector<std::unique_ptr<CaptureOutput>> files_;
  std::string drawn_;
  std::string why_;
};

}  // namespace misproxy::app
