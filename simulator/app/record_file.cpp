#include "app/record_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/say.hpp"
#include "live/files.hpp"

namespace misproxy::app {

RecordFile::Opened RecordFile::open(const std::string& path, std::string_view what) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return fmt::format("cannot write {}: {}", path, std::strerror(errno));
  return std::unique_ptr<RecordFile>(new RecordFile(fd, path, what));
}

RecordFile::~RecordFile() { ::close(fd_); }

void RecordFile::write(std::string_view piece) {
  if (failed_ || live::write_all(fd_, piece)) return;
  failed_ = true;
  tell(fmt::format("misproxy: cannot write {}: {}; the {} ends here\n", path_, std::strerror(errno),
                   what_));
}

bool is_one_file(const std::string& one, const std::string& other) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::exists(one, ignored) && !fs::is_regular_file(one, ignored)) return false;
  if (fs::equivalent(one, other, ignored)) return true;
  std::error_code error;
  const auto path = fs::weakly_canonical(fs::absolute(one, ignored), error);
  return !error && path == fs::weakly_canonical(fs::absolute(other, ignored), error) && !error;
}

std::string refuse_scenario(std::string_view flag, const std::string& path,
                            const std::vector<std::string>& scenarios) {
  for (const auto& file : scenarios) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored) || !is_one_file(file, path)) continue;
    return fmt::format("{} {} is a scenario", flag, file);
  }
  return {};
}

}  // namespace misproxy::app
