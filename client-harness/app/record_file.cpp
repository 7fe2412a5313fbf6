#include "app/record_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/say.hpp"
#include "app/stdout_use.hpp"
#include "core/utf8.hpp"
#include "live/files.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

std::string cannot_write(const std::string& path, int error) {
  return fmt::format("cannot write {}: {}", path, std::strerror(error));
}

/// A folder in which files can be made; 0, or an errno.
int folder_error(const fs::path& folder) {
  return ::access((folder / ".").c_str(), W_OK | X_OK) == 0 ? 0 : errno;
}

}  // namespace

RecordFile::Opened RecordFile::open(const std::string& path, std::string_view what) {
  const bool out = is_stdout(path);
  const int fd =
      out ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
          : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return cannot_write(path, errno);
  return std::unique_ptr<RecordFile>(new RecordFile(fd, out ? "stdout" : path, what));
}

RecordFile::~RecordFile() { ::close(fd_); }

void RecordFile::write(std::string_view piece) {
  if (failed_ || live::write_all(fd_, piece)) return;
  failed_ = true;
  tell(fmt::format("misproxy: cannot write {}: {}; the {} ends here\n", visible(path_),
                   std::strerror(errno), what_));
}

bool is_one_file(const std::string& one, const std::string& other) {
  std::error_code ignored;
  if (fs::exists(one, ignored) && !fs::is_regular_file(one, ignored)) return false;
  if (fs::equivalent(one, other, ignored)) return true;
  std::error_code error;
  const auto path = fs::weakly_canonical(fs::absolute(one, ignored), error);
  return !error && path == fs::weakly_canonical(fs::absolute(other, ignored), error) && !error;
}

std::string refuse_scenario(std::string_view flag, const std::string& path,
                            const std::vector<std::string>& scenarios) {
  if (is_stdout(path)) return {};
  for (const auto& file : scenarios) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored) || !is_one_file(file, path)) continue;
    return fmt::format("{} {} is a scenario", flag, file);
  }
  return {};
}

/// A file is written beside its place and then put there (live/files.hpp), a device or a pipe is
/// written to.
std::string refuse_unwritable(const std::optional<std::string>& path) {
  if (!path || is_stdout(*path)) return {};
  std::error_code none;
  if (path->empty()) return cannot_write(*path, ENOENT);
  if (live::behind_links(*path).empty()) return live::link_failure(*path);
  if (fs::is_directory(*path, none)) return cannot_write(*path, EISDIR);
  if (fs::exists(*path, none) && !fs::is_regular_file(*path, none))
    return ::access(path->c_str(), W_OK) == 0 ? std::string() : cannot_write(*path, errno);
  std::error_code astray;
  const auto place = fs::weakly_canonical(fs::absolute(*path, none), astray);
  const int error = astray ? astray.value() : folder_error(place.parent_path());
  return error == 0 ? std::string() : cannot_write(*path, error);
}

std::string refuse_folder(const std::optional<std::string>& path) {
  if (!path) return {};
  std::error_code error;
  fs::create_directories(*path, error);
  if (error) return fmt::format("cannot make {}: {}", *path, error.message());
  const int number = folder_error(*path);
  return number == 0 ? std::string() : cannot_write(*path, number);
}

}  // namespace misproxy::app
