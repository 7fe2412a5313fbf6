#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "live/files.hpp"
#include "report/results_file.hpp"

namespace misproxy::app {

/// The file of results of one part of a batch, `DIR/runs-K-of-N.jsonl`: each run is there once it
/// is made, however the process ends. One of an earlier try is written anew.
class ResultsWriter {
 public:
  using Opened = std::variant<std::unique_ptr<ResultsWriter>, std::string>;
  /// On an error, a sentence with the path.
  static Opened open(const std::string& folder, const BatchHead& head);

  void add(std::uint64_t index, const RunResult& result);
  /// The first error, as a sentence; empty where all is written.
  const std::string& why() const { return why_; }

 private:
  ResultsWriter(int fd, std::string path) : file_(fd), path_(std::move(path)) {}
  void write(const std::string& line);

  live::File file_;
  std::string path_;
  std::string why_;
};

}  // namespace misproxy::app
