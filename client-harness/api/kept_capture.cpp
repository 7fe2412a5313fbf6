#include "api/kept_capture.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace misproxy::api {
namespace {

int open_nameless() {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  return ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

}  // namespace

KeptCapture::KeptCapture() : file_(open_nameless()) {
  if (!file_.is_open()) error_ = errno;
}

void KeptCapture::take(std::string_view blocks) {
  if (error_ != 0) return;
  if (size_ + blocks.size() > kMost) {
    error_ = EFBIG;
  } else if (const int error = live::write_piece(file_.fd(), blocks); error != 0) {
    error_ = error;
  } else {
    size_ += blocks.size();
  }
}

std::string KeptCapture::read() const {
  std::string bytes(size_, '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto count =
        ::pread(file_.fd(), bytes.data() + have, bytes.size() - have, static_cast<off_t>(have));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    have += static_cast<std::size_t>(count);
  }
  bytes.resize(have);
  return bytes;
}

std::string KeptCapture::why() const {
  if (error_ == 0) return {};
  if (error_ == EFBIG) return fmt::format("a capture ends at {} MiB", kMost / 1024 / 1024);
  return fmt::format("the capture cannot be kept: {}", std::strerror(error_));
}

}  // namespace misproxy::api
