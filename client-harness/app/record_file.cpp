#include "app/record_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "app/stdout_use.hpp"
#include "core/utf8.hpp"
#include "live/files.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

std::string cannot_write(const std::string& path, int error) {
  return fmt::format("cannot write {}: {}", path, live::reason(error));
}

/// A folder in which files can be made; 0, or an errno.
int folder_error(const fs::path& folder) {
  return ::access((folder / ".").c_str(), W_OK | X_OK) == 0 ? 0 : errno;
}

}  // namespace

RecordFile::Opened RecordFile::open(const std::string& path, std::string_view what,
                                    std::string_view pieces, mode_t mode, Tell tell) {
  std::error_code none;
  const bool out = is_stdout(path);
  const bool fifo = !out && fs::is_fifo(path, none);
  const int fd = out    ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                 : fifo ? ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
                        : live::open_growing(path, mode);
  const bool unread = fd < 0 && fifo && errno == ENXIO;
  if (fd < 0 && !unread) return cannot_write(path, errno);
  if (unread) tell(fmt::format("misproxy: {} waits for somebody who reads it\n", visible(path)));
  return std::unique_ptr<RecordFile>(
      new RecordFile(unread ? live::Writer::to_fifo(path) : live::Writer::to(fd),
                     out ? "stdout" : path, what, pieces, std::move(tell)));
}

void RecordFile::write(std::string_view piece, const live::Writer::Owner& owner,
                       std::uint64_t count) {
  writer_->put(piece, owner, count);
  tell_failure();
}

void RecordFile::end() { writer_->end(); }

void RecordFile::tell_failure() {
  const int error = writer_->error();
  if (error == 0 || told_.exchange(true)) return;
  tell_(fmt::format("misproxy: cannot write {}: {}; the {} ends here\n", visible(path_),
                    live::reason(error), what_));
}

bool RecordFile::finish() {
  writer_->finish();
  tell_failure();
  if (writer_->lost() > 0)
    tell_(fmt::format("misproxy: {}: {} {} lost\n", visible(path_), writer_->lost(), pieces_));
  return writer_->error() == 0;
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
