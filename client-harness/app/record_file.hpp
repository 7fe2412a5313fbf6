#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "live/writer.hpp"

namespace misproxy::app {

/// A file that grows while misproxy serves. In a regular file each piece is handed to the kernel
/// before the next: what is recorded stays recorded, however the process ends. A pipe's reader is
/// waited for by nobody (live/writer.hpp).
class RecordFile {
 public:
  using Opened = std::variant<std::unique_ptr<RecordFile>, std::string>;
  /// Takes a line with its end, for a person.
  using Tell = std::function<void(const std::string& line)>;

  /// Makes, with this mode, or empties the file. On an error, a sentence with the path. `what` it
  /// is, and `pieces` of what it has, in the words of the message that tells where it ends too
  /// early.
  static Opened open(const std::string& path, std::string_view what, std::string_view pieces,
                     mode_t mode, Tell tell);

  void write(std::string_view piece, const live::Writer::Owner& owner, std::uint64_t count = 1);
  const live::Writer& writer() const { return *writer_; }
  live::Writer& writer() { return *writer_; }
  /// Nothing comes any more: a pipe's reader finds the end once it has read all.
  void end();
  /// The same, and waits until all is written, as long as misproxy may; false where
  /// something is missing, which is told.
  bool finish();

 private:
  RecordFile(std::unique_ptr<live::Writer> writer, std::string path, std::string_view what,
             std::string_view pieces, Tell tell)
      : writer_(std::move(writer)),
        path_(std::move(path)),
        what_(what),
        pieces_(pieces),
        tell_(std::move(tell)) {}

  void tell_failure();

  std::unique_ptr<live::Writer> writer_;
  std::string path_;
  std::string what_;
  std::string pieces_;
  Tell tell_;
  std::atomic<bool> told_ = false;
};

/// One sentence where a file cannot be written, as far as that shows before anything is: its folder
/// is not there, or may not be written to. Nothing is opened or emptied. Empty where all is well.
std::string refuse_unwritable(const std::optional<std::string>& path);
/// The same for a folder, which is made.
std::string refuse_folder(const std::optional<std::string>& path);

}  // namespace misproxy::app
