#include "app/capture_output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "live/files.hpp"

namespace misproxy::app {

CaptureOutput::CaptureOutput(std::string path) : path_(std::move(path)) {
  std::error_code none;
  if (path_ == "-") {
    fd_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  } else if (std::filesystem::is_fifo(path_, none)) {
    fd_ = live::open_fifo(path_);
  } else {
    fd_ = live::open_growing(path_, live::kSecret);
  }
  if (fd_ < 0) fail(errno);
}

CaptureOutput::~CaptureOutput() {
  if (fd_ >= 0) ::close(fd_);
}

void CaptureOutput::write(std::string_view blocks) {
  if (!why_.empty()) return;
  if (const int error = live::write_piece(fd_, blocks)) fail(error);
}

void CaptureOutput::fail(int error) {
  why_ = fmt::format("cannot write {}: {}", path_, live::reason(error));
}

}  // namespace misproxy::app
