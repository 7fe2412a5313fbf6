#include "live/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "live/farewell.hpp"
#include "live/filled_file.hpp"

namespace misproxy::live {
namespace {

namespace fs = std::filesystem;

bool is_link(const fs::path& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode);
}

constexpr int kNobodyReads = ECANCELED;
constexpr int kAnotherWrites = EALREADY;  // which no call here sets

/// Or leads to where stderr leads.
bool is_stderr(int fd) {
  struct stat one {};
  struct stat other {};
  return ::fstat(fd, &one) == 0 && ::fstat(STDERR_FILENO, &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// The write that is to fail, as the environment says.
class FaultyWrite {
 public:
  FaultyWrite() {
    const char* text = std::getenv("MISPROXY_FAULT_NTH");
    if (text != nullptr)
      is_asked_ = std::from_chars(text, text + std::strlen(text), nth_).ec == std::errc{};
  }

  /// What of a write is to be written: all of it, half of it, or, behind a half, nothing.
  std::size_t allowed(int fd, std::size_t size) {
    if (!is_asked_ || is_stderr(fd)) return size;
    int broken = fd;
    if (broken_.compare_exchange_strong(broken, -1)) return 0;
    if (count_++ != nth_) return size;
    if (size > 1) broken_ = fd;
    return size / 2;
  }

 private:
  bool is_asked_ = false;
  std::uint64_t nth_ = 0;
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<int> broken_ = -1;
};

FaultyWrite& faulty_write() {
  static FaultyWrite only;
  return only;
}

/// With its errno where not.
bool may_go_on_waiting() {
  errno = kNobodyReads;
  return !farewell_is_over();
}

}  // namespace

ssize_t write_once(int fd, std::string_view text) {
  const auto size = faulty_write().allowed(fd, text.size());
  if (size == 0 && !text.empty()) {
    errno = ENOSPC;
    return -1;
  }
  while (true) {
    const auto count = ::write(fd, text.data(), size);
    if (count >= 0 || errno != EINTR) return count;
  }
}

bool await_reader(int fd) {
  pollfd asked{fd, POLLOUT, 0};
  while (::poll(&asked, 1, static_cast<int>(kFarewellCheck.count())) <= 0) {
    if (!may_go_on_waiting()) return false;
  }
  return true;
}

namespace {

/// How much of it could be written, with errno where that is not all: to what may wait no more at
/// once than a pipe has room for where poll says that it has some.
std::size_t write_most(int fd, std::string_view text, bool waits) {
  const auto most = waits ? std::size_t{PIPE_BUF} : text.size();
  std::size_t written = 0;
  while (written < text.size()) {
    if (waits && !await_reader(fd)) break;
    const auto count = write_once(fd, text.substr(written, most));
    if (count < 0 && errno != EAGAIN) break;
    if (count > 0) written += static_cast<std::size_t>(count);
  }
  return written;
}

/// Takes the beginning of a piece off the end of a file, where that can be.
void take_back(int fd, std::size_t written) {
  struct stat found {};
  if (written == 0 || ::fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) return;
  const auto whole = found.st_size - static_cast<off_t>(written);
  if (whole >= 0 && ::ftruncate(fd, whole) != 0) return;  // then its readers find the broken end
}

}  // namespace

bool write_all(int fd, std::string_view text) {
  return write_most(fd, text, may_wait(fd)) == text.size();
}

int write_piece(int fd, std::string_view piece) { return write_piece(fd, piece, may_wait(fd)); }

int write_piece(int fd, std::string_view piece, bool waits) {
  const auto written = write_most(fd, piece, waits);
  if (written == piece.size()) return 0;
  const int error = errno;
  take_back(fd, written);
  return error;
}

int open_growing(const std::string& path, mode_t mode) {
  // Emptied under the lock: until then it may be another's.
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, mode);
  struct stat found {};
  if (fd < 0 || ::fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) return fd;
  // A file system that knows no locks is no reason to write nothing.
  const bool is_taken = ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (!is_taken && ::ftruncate(fd, 0) == 0) return fd;
  const int error = is_taken ? kAnotherWrites : errno;
  ::close(fd);
  errno = error;
  return -1;
}

int open_fifo(const std::string& path) {
  bool told = false;
  while (true) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0 || errno != ENXIO) return fd;
    if (!std::exchange(told, true))
      write_all(STDERR_FILENO, fmt::format("misproxy: {} waits for somebody who reads it\n", path));
    if (!may_go_on_waiting()) return -1;
    std::this_thread::sleep_for(kFarewellCheck);
  }
}

bool may_wait(int fd) {
  struct stat found {};
  if (::fstat(fd, &found) != 0) return false;
  return S_ISFIFO(found.st_mode) || S_ISSOCK(found.st_mode) ||
         (S_ISCHR(found.st_mode) && ::isatty(fd) == 1);
}

std::string reason(int error) {
  if (error == kNobodyReads) return "nobody reads it";
  if (error == kAnotherWrites) return "another misproxy is writing it";
  return std::strerror(error);
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

std::string failure(std::string_view what, const fs::path& path) {
  return fmt::format("cannot {} {}: {}", what, path.string(), reason(errno));
}

namespace {

std::string fill_whole(const fs::path& path, const Filling& fill, mode_t mode) {
  auto beside = path.string() + ".XXXXXX";
  const File file(::mkostemp(beside.data(), O_CLOEXEC));  // O_EXCL: no link is followed
  if (!file.is_open()) return failure("write", path);
  if (::fchmod(file.fd(), mode) == 0 && fill(file.fd()) &&
      ::rename(beside.c_str(), path.c_str()) == 0)
    return {};
  const auto why = failure("write", path);
  ::unlink(beside.c_str());
  return why;
}

}  // namespace

std::string write_whole(const fs::path& path, std::string_view text, mode_t mode) {
  return fill_whole(
      path, [text](int fd) { return write_all(fd, text); }, mode);
}

std::string write_file(const fs::path& path, const std::string& text) {
  return fill_file(path, [&text](int fd) { return write_all(fd, text); });
}

std::string fill_file(const fs::path& path, const Filling& fill) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) {
    const File file(S_ISFIFO(found.st_mode)
                        ? open_fifo(path.string())
                        : ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    return file.is_open() && fill(file.fd()) ? std::string{} : failure("write", path);
  }
  const auto place = behind_links(path);
  return place.empty() ? link_failure(path) : fill_whole(place, fill, kPublic);
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
