#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace misproxy::live {

/// Writes it all to a file descriptor; false, with errno, where that cannot be.
bool write_all(int fd, std::string_view text);

/// Modes of files: for their owner alone, and for others to read.
constexpr mode_t kSecret = 0600;
constexpr mode_t kPublic = 0644;

/// A file descriptor that closes itself.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  int fd_;
};

/// `cannot WHAT PATH: ` and the reason that errno has.
std::string failure(std::string_view what, const std::filesystem::path& path);

/// Writes a file whole or not at all: beside it first, under a name that nobody can have taken,
/// then in its place. On an error, a sentence with the path; empty when done.
std::string write_whole(const std::filesystem::path& path, std::string_view text, mode_t mode);

/// Copies text to a file that others may read; where a symbolic link stands, to where that leads,
/// which has to be there. A pipe or a terminal is written to, not replaced. On an error, a sentence
/// with the path; empty when done.
std::string write_file(const std::filesystem::path& path, const std::string& text);

/// The file that `path` means: itself, or what a symbolic link leads to. Empty where the link leads
/// nowhere, or where the kernel does not follow it, with errno.
std::filesystem::path behind_links(const std::filesystem::path& path);
/// The sentence for such a link, right after.
std::string link_failure(const std::filesystem::path& path);

}  // namespace misproxy::live
