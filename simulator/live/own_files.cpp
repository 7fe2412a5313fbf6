#include "live/own_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/shell_word.hpp"
#include "live/files.hpp"

namespace misproxy::live {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnFolder = 0700;
constexpr mode_t kPermissions = 07777;
constexpr off_t kLargest = 1 << 20;

std::string read_all(int fd, std::size_t size) {
  std::string text(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto count = ::read(fd, text.data() + have, size - have);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    have += static_cast<std::size_t>(count);
  }
  text.resize(have);
  return text;
}

std::string judge_file(const fs::path& path, const struct stat& found, mode_t most) {
  if (!S_ISREG(found.st_mode))
    return fmt::format("{} is no regular file; move it away", path.string());
  if (found.st_size > kLargest)
    return fmt::format("{} is over {} bytes; no key or certificate is", path.string(), kLargest);
  const auto mode = found.st_mode & kPermissions;
  if ((mode & ~most) == 0) return {};
  return fmt::format("{} has mode {:04o}: {}; mend it: chmod {:o} {}", path.string(), mode,
                     most == kSecret ? "a key is for its owner alone to read and write"
                                     : "others can put a certificate of theirs in its place",
                     most, shell_word(path.string()));
}

}  // namespace

std::string make_own_folder(const fs::path& folder) {
  struct stat found {};
  if (::stat(folder.c_str(), &found) == 0)
    return S_ISDIR(found.st_mode) ? std::string{} : fmt::format("{} is no folder", folder.string());
  if (errno != ENOENT) return failure("make", folder);
  if (folder.has_relative_path()) {
    if (auto why = make_own_folder(folder.parent_path()); !why.empty()) return why;
  }
  if (::mkdir(folder.c_str(), kOwnFolder) == 0)
    return ::chmod(folder.c_str(), kOwnFolder) == 0 ? std::string{} : failure("make", folder);
  return errno == EEXIST ? std::string{} : failure("make", folder);  // another one's, meanwhile
}

std::string refuse_shared_folder(const fs::path& folder) {
  std::error_code error;
  const auto place = fs::canonical(folder, error);
  if (error) return fmt::format("cannot read {}: {}", folder.string(), error.message());
  struct stat found {};
  if (::stat(place.c_str(), &found) != 0) return failure("read", place);
  if ((found.st_mode & S_ISVTX) != 0 && (found.st_mode & S_IWOTH) != 0) {
    return fmt::format("{} is everybody's folder; give the CA one of its own, such as {}",
                       place.string(), (place / "misproxy").string());
  }
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fmt::format(
        "{} has mode {:04o}: others can write it, and put a CA of theirs there; "
        "mend it: chmod 700 {}",
        place.string(), found.st_mode & kPermissions, shell_word(place.string()));
  }
  return {};
}

OwnText read_own_file(const fs::path& path, mode_t most) {
  const File file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open() && errno == ENOENT) return {};
  struct stat found {};
  if (!file.is_open() || ::fstat(file.fd(), &found) != 0) return {{}, failure("read", path)};
  if (auto why = judge_file(path, found, most); !why.empty()) return {{}, why};
  std::error_code error;
  const auto place = fs::canonical(path, error);
  if (!error) {
    if (auto why = refuse_shared_folder(place.parent_path()); !why.empty()) return {{}, why};
  }
  return {read_all(file.fd(), static_cast<std::size_t>(found.st_size)), {}};
}

}  // namespace misproxy::live
