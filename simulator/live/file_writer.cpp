#include "live/file_writer.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "live/files.hpp"

namespace misproxy::live {
namespace {

/// Takes the beginning of a piece off the end of a file, where that can be.
void take_back(int fd, std::size_t written) {
  struct stat found {};
  if (written == 0 || ::fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) return;
  const auto whole = found.st_size - static_cast<off_t>(written);
  if (whole >= 0 && ::ftruncate(fd, whole) != 0) return;  // then its readers find the broken end
}

/// 0, or an errno, and nothing of the piece is in the file.
int write_whole(int fd, std::string_view piece) {
  std::size_t written = 0;
  while (written < piece.size()) {
    const auto count = write_once(fd, piece.substr(written));
    if (count < 0) {
      const int error = errno;
      take_back(fd, written);
      return error;
    }
    written += static_cast<std::size_t>(count);
  }
  return 0;
}

}  // namespace

FileWriter::~FileWriter() { ::close(fd_); }

void FileWriter::put(std::string_view piece, const Owner&, std::uint64_t events) {
  const std::lock_guard lock(mutex_);
  if (error_ == 0) error_ = write_whole(fd_, piece);
  if (error_ != 0) lost_ += events;
}

int FileWriter::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

std::uint64_t FileWriter::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

}  // namespace misproxy::live
