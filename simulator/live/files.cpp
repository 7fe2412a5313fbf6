#include "live/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace misproxy::live {
namespace {

namespace fs = std::filesystem;

bool is_link(const fs::path& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode);
}

}  // namespace

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

std::string failure(std::string_view what, const fs::path& path) {
  return fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(errno));
}

std::string write_whole(const fs::path& path, std::string_view text, mode_t mode) {
  auto beside = path.string() + ".XXXXXX";
  const File file(::mkostemp(beside.data(), O_CLOEXEC));  // O_EXCL: no link is followed
  if (!file.is_open()) return failure("write", path);
  if (::fchmod(file.fd(), mode) == 0 && write_all(file.fd(), text) &&
      ::rename(beside.c_str(), path.c_str()) == 0)
    return {};
  const auto why = failure("write", path);
  ::unlink(beside.c_str());
  return why;
}

std::string write_file(const fs::path& path, const std::string& text) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) {
    const File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    return file.is_open() && write_all(file.fd(), text) ? std::string{} : failure("write", path);
  }
  const auto place = behind_links(path);
  return place.empty() ? link_failure(path) : write_whole(place, text, kPublic);
}

fs::path behind_links(const fs::path& path) {
  if (!is_link(path)) return path;
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};  // the kernel judges the link, too
  if (!S_ISREG(found.st_mode)) return path;          // of a pipe's, none but the kernel knows
  std::error_code error;
  auto place = fs::canonical(path, error);
  if (!error) return place;
  errno = error.value();
  return {};
}

std::string link_failure(const fs::path& path) {
  const auto why = failure("write", path);
  std::error_code ignored;
  return fmt::format("{}; it is a symbolic link to {}", why,
                     fs::read_symlink(path, ignored).string());
}

}  // namespace misproxy::live
