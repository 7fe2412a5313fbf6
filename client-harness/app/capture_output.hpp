#pragma once

#include <string>
#include <string_view>

namespace misproxy::app {

/// A file that a run's capture is written to as it comes; `-` is standard output.
class CaptureOutput {
 public:
  /// Makes or empties the file.
  explicit CaptureOutput(std::string path);
  ~CaptureOutput();
  CaptureOutput(const CaptureOutput&) = delete;
  CaptureOutput& operator=(const CaptureOutput&) = delete;

  /// Nothing is written behind what could not be, and a regular file ends with a whole block.
  void write(std::string_view blocks);
  /// Why something could not be written, in a sentence with the path; empty where all was.
  const std::string& why() const { return why_; }

 private:
  void fail(int error);

  std::string path_;
  int fd_ = -1;
  std::string why_;
};

}  // namespace misproxy::app
