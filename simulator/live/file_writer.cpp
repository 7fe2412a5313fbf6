#include "live/file_writer.hpp"

#include <unistd.h>

#include "live/files.hpp"

namespace misproxy::live {

FileWriter::~FileWriter() { ::close(fd_); }

void FileWriter::put(std::string_view piece, const Owner&, std::uint64_t events) {
  const std::lock_guard lock(mutex_);
  if (error_ == 0) error_ = write_piece(fd_, piece, false);
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
