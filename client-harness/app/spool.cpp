#include "app/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace misproxy::app {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

/// -1, with errno, where there is no room for one.
int open_nameless() {
  std::error_code error;
  auto path = (std::filesystem::temp_directory_path(error) / "misproxy.XXXXXX").string();
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd >= 0) ::unlink(path.c_str());
  return fd;
}

}  // namespace

void Spool::add(std::string_view text) {
  recent_ += text;
  if (recent_.size() >= kInMemory) put_aside();
}

void Spool::put_aside() {
  if (!file_) file_ = std::make_unique<live::File>(open_nameless());
  const bool done = file_->is_open() && live::write_all(file_->fd(), recent_);
  if (!done && why_.empty())
    why_ = live::failure("keep results in", std::filesystem::temp_directory_path());
  recent_.clear();
}

bool Spool::give(const std::function<bool(std::string_view)>& take) {
  std::string piece(kPiece, '\0');
  off_t at = 0;
  while (file_ && file_->is_open()) {
    const auto count = ::pread(file_->fd(), piece.data(), piece.size(), at);
    if (count < 0) {
      why_ = live::failure("read results in", std::filesystem::temp_directory_path());
      return false;
    }
    if (count == 0) break;
    at += count;
    if (!take({piece.data(), static_cast<std::size_t>(count)})) return false;
  }
  return take(recent_);
}

bool Spool::give_lines(const std::function<bool(std::string_view)>& take) {
  std::string rest;
  return give([&](std::string_view piece) {
    while (true) {
      const auto end = piece.find('\n');
      rest += piece.substr(0, end);
      if (end == piece.npos) return true;
      if (!take(rest)) return false;
      rest.clear();
      piece.remove_prefix(end + 1);
    }
  });
}

}  // namespace misproxy::app
