#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace misproxy {

/// A file as it was when it was opened. A session asks for its bytes; who reads them is the world.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  virtual std::uint64_t size() const = 0;
  /// In seconds since 1970.
  virtual std::int64_t modified() const = 0;
  /// Fills `out` with what stands from `at` on, and says how much that was: less than asked for
  /// where the file has become shorter, or cannot be read.
  virtual std::size_t read(std::uint64_t at, std::span<char> out) const = 0;
};

/// What opening a file came to. `busy`: it may be there, and cannot be had now.
struct OpenedFile {
  enum class Why { opened, absent, forbidden, busy } why = Why::absent;
  std::shared_ptr<const ReadableFile> file;
};

/// The files that a session may read, given to it by its world: a session opens none itself.
/// Called from every thread.
class Files {
 public:
  virtual ~Files() = default;
  /// A regular file, wherever it is: for the paths that a scenario names.
  virtual OpenedFile open(const std::string& path) = 0;
  /// A regular file below a folder, and nowhere else, whatever `path` says and whatever links stand
  /// there: for the paths that a client names.
  virtual OpenedFile open_below(const std::string& folder, const std::string& path) = 0;
};

}  // namespace misproxy
