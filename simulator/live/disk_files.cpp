#include "live/disk_files.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "live/files.hpp"

namespace misproxy::live {
namespace {

/// A FIFO does not keep it waiting, and a terminal does not become ours.
constexpr int kReading = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

class DiskFile final : public ReadableFile {
 public:
  DiskFile(int fd, const struct stat& status)
      : file_(fd),
        size_(static_cast<std::uint64_t>(status.st_size)),
        modified_(status.st_mtim.tv_sec) {}

  std::uint64_t size() const override { return size_; }
  std::int64_t modified() const override { return modified_; }
  std::size_t read(std::uint64_t at, std::span<char> out) const override {
    std::size_t done = 0;
    while (done < out.size()) {
      const auto count =
          ::pread(file_.fd(), out.data() + done, out.size() - done, static_cast<off_t>(at + done));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

 private:
  File file_;
  std::uint64_t size_;
  std::int64_t modified_;
};

OpenedFile not_opened(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return {OpenedFile::Why::forbidden, nullptr};
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EIO:
      return {OpenedFile::Why::busy, nullptr};
    default:
      return {OpenedFile::Why::absent, nullptr};
  }
}

OpenedFile opened(int fd) {
  if (fd < 0) return not_opened(errno);
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd);
    return {};
  }
  return {OpenedFile::Why::opened, std::make_shared<DiskFile>(fd, status)};
}

/// The kernel itself sees to it that no step of the way leaves the folder (Linux 5.6).
int open_beneath(int folder, const std::string& path) {
  open_how how{};
  how.flags = kReading;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how));
}

/// Where the kernel cannot, or a sandbox does not let it: step by step, and through no link.
int open_without_links(int folder, std::string_view path) {
  int at = ::dup(folder);
  while (at >= 0) {
    const auto slash = path.find('/');
    const bool is_last = slash == std::string_view::npos;
    const std::string step(path.substr(0, slash));
    errno = ENOENT;
    const bool leads_on = !step.empty() && step != "." && step != "..";
    const int flags = is_last ? kReading : O_PATH | O_DIRECTORY | O_CLOEXEC;
    const int next = leads_on ? ::openat(at, step.c_str(), flags | O_NOFOLLOW) : -1;
    const int error = errno;
    ::close(at);
    errno = error;
    if (is_last) return next;
    at = next;
    path.remove_prefix(slash + 1);
  }
  return -1;
}

}  // namespace

OpenedFile DiskFiles::open(const std::string& path) {
  return opened(::open(path.c_str(), kReading));
}

OpenedFile DiskFiles::open_below(const std::string& folder, const std::string& path) {
  if (path.find('\0') != std::string::npos) return {};
  const File root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) return not_opened(errno);
  int fd = open_beneath(root.fd(), path);
  if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN)) {
    fd = open_without_links(root.fd(), path);
  }
  return opened(fd);
}

}  // namespace misproxy::live
