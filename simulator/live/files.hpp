#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace misproxy::live {

/// The one place through which all that misproxy writes to files, pipes and terminals goes:
/// write(2).
///
/// With MISPROXY_FAULT_NTH=n in the environment, the write with that number, counted from 0, ends
/// as on a disk that is full: half of it is written, and then ENOSPC. What goes to stderr is talk,
/// and not counted.
ssize_t write_once(int fd, std::string_view text);

/// Waits until a reader takes bytes; false, with errno, where misproxy has been asked to end and
/// the time for that is over (live/farewell.hpp).
bool await_reader(int fd);

/// Writes it all to a file descriptor; false, with errno, where that cannot be.
bool write_all(int fd, std::string_view text);
/// Writes a piece at the end of a growing file; an errno where that cannot be, and then nothing of
/// it stays in a regular file.
int write_piece(int fd, std::string_view piece);
/// The same where it is known whether it `waits`, as `may_wait` says.
int write_piece(int fd, std::string_view piece, bool waits);

/// Modes of files: for their owner alone, and for others to read. A capture is a secret: it holds
/// the keys of its TLS connections, and with them all that real clients said in those.
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
/// Opens, or makes with this mode, a file that grows, and empties it; a regular one stays locked
/// for as long as the descriptor is open: what two write at once, nobody can read. -1, with errno,
/// where it cannot be, or where another misproxy writes it.
int open_growing(const std::string& path, mode_t mode);
/// Opens a FIFO for writing; where nobody reads it, waits for that, and says so on stderr. -1, with
/// errno, where it cannot be, or where misproxy has been asked to end.
int open_fifo(const std::string& path);

/// A reader may keep a write to it waiting: a pipe, a socket, a terminal.
bool may_wait(int fd);

/// An errno in words, those of `await_reader`, `open_growing` and `open_fifo` too.
std::string reason(int error);

}  // namespace misproxy::live
