#include "live/ca_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "live/files.hpp"

namespace misproxy::live {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kSecret = 0600;
constexpr mode_t kPublic = 0644;
constexpr int kDevice = O_WRONLY | O_CLOEXEC | O_NOCTTY;

/// A file descriptor that closes itself.
class File {
 public:
  File(const fs::path& path, int flags, mode_t mode)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool lock() const { return ::flock(fd_, LOCK_EX) == 0; }
  bool has_mode(mode_t mode) const { return ::fchmod(fd_, mode) == 0; }
  bool write(std::string_view text) const { return write_all(fd_, text); }

 private:
  int fd_;
};

std::string failure(std::string_view what, const fs::path& path) {
  return fmt::format("cannot {} {}: {}", what, path.string(), reason(errno));
}

/// Writes a file whole or not at all: beside it first, then in its place.
std::string write_whole(const fs::path& path, std::string_view text, mode_t mode) {
  const fs::path beside = path.string() + fmt::format(".{}", ::getpid());
  {
    const File file(beside, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (!file.is_open() || !file.has_mode(mode) || !file.write(text)) {
      const auto why = failure("write", path);
      ::unlink(beside.c_str());
      return why;
    }
  }
  if (::rename(beside.c_str(), path.c_str()) == 0) return {};
  const auto why = failure("write", path);
  ::unlink(beside.c_str());
  return why;
}

std::optional<std::string> read_file(const fs::path& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string make_authority(const fs::path& certificate, const fs::path& key, CivilTime now) {
  const auto pem = Authority::create(now);
  // The key first: a certificate without one would be trusted by clients and of no use.
  if (auto why = write_whole(key, pem.key, kSecret); !why.empty()) return why;
  auto why = write_whole(certificate, pem.certificate, kPublic);
  if (!why.empty()) ::unlink(key.c_str());  // alone it would stand in the way for ever
  return why;
}

}  // namespace

fs::path state_directory() {
  const auto* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return fs::path(state) / "misproxy";
  const auto* home = std::getenv("HOME");
  return fs::path(home != nullptr ? home : "") / ".local/state/misproxy";
}

std::variant<StoredAuthority, std::string> open_authority(const fs::path& directory,
                                                          CivilTime now) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return fmt::format("cannot make {}: {}", directory.string(), error.message());
  const File lock(directory / "lock", O_RDWR | O_CREAT, kSecret);
  if (!lock.is_open() || !lock.lock()) return failure("lock", directory / "lock");

  const auto certificate = directory / "ca.pem";
  const auto key = directory / "ca.key";
  if (!fs::exists(certificate, error) && !fs::exists(key, error)) {
    if (auto why = make_authority(certificate, key, now); !why.empty()) return why;
  }
  const auto certificate_text = read_file(certificate);
  if (!certificate_text) return failure("read", certificate);
  const auto key_text = read_file(key);
  if (!key_text) return failure("read", key);
  StoredAuthority stored{certificate, {*certificate_text, *key_text}};
  if (is_virtual_authority(stored.pem.certificate)) {
    return fmt::format(
        "{} is the virtual world's CA, and anyone can work out its key: no client may trust it; "
        "remove it and ca.key beside it, and misproxy makes a new one",
        certificate.string());
  }
  if (!Authority::read(stored.pem, now)) {
    return fmt::format(
        "{} and ca.key beside it are no valid CA; remove both, and misproxy makes a new one",
        certificate.string());
  }
  return stored;
}

std::string write_file(const fs::path& path, const std::string& text) {
  std::error_code error;
  const bool device = fs::exists(path, error) && !fs::is_regular_file(path, error);
  if (!device) {
    const auto target = fs::is_symlink(path, error) ? fs::canonical(path, error) : path;
    return write_whole(target, text, kPublic);
  }
  // A pipe or a terminal is written to, not replaced.
  const File file(fs::is_fifo(path, error) ? open_fifo(path) : ::open(path.c_str(), kDevice));
  return file.is_open() && file.write(text) ? std::string{} : failure("write", path);
}

}  // namespace misproxy::live
