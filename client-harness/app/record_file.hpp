#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace misproxy::app {

/// A file that grows while misproxy serves, each piece handed to the kernel before the next: what
/// is recorded stays recorded, however the process ends. One call at a time.
class RecordFile {
 public:
  using Opened = std::variant<std::unique_ptr<RecordFile>, std::string>;

  /// Makes or empties the file. On an error, a sentence with the path. `what` it is, in the words
  /// of the message that tells where it ends too early.
  static Opened open(const std::string& path, std::string_view what);
  ~RecordFile();
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;

  void write(std::string_view piece);
  /// True once a piece could not be written; it and all after it are missing.
  bool failed() const { return failed_; }

 private:
  RecordFile(int fd, std::string path, std::string_view what)
      : fd_(fd), path_(std::move(path)), what_(what) {}

  int fd_;
  std::string path_;
  std::string what_;
  std::atomic<bool> failed_ = false;
};

/// True where two paths lead to one file, there or not; a device or a pipe may be named twice.
bool is_one_file(const std::string& one, const std::string& other);

/// One sentence where a file to be written is one of the scenarios that were named: it would be the
/// scenario's end. Empty where it is none. `flag` stands in the sentence.
std::string refuse_scenario(std::string_view flag, const std::string& path,
                            const std::vector<std::string>& scenarios);

/// One sentence where a file cannot be written, as far as that shows before anything is: its folder
/// is not there, or may not be written to. Nothing is opened or emptied. Empty where all is well.
std::string refuse_unwritable(const std::optional<std::string>& path);
/// The same for a folder, which is made.
std::string refuse_folder(const std::optional<std::string>& path);

}  // namespace misproxy::app
