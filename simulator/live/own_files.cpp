#include "live/own_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

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

bool is_trusted(uid_t owner, Person person) { return owner == person.user || owner == 0; }

std::string name_of(uid_t user) {
  constexpr std::size_t kEntry = 64 * 1024;
  std::vector<char> buffer(kEntry);
  passwd entry{};
  passwd* known = nullptr;
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &known);
  return known == nullptr ? fmt::format("the user {}", user)
                          : fmt::format("the user {} ({})", user, known->pw_name);
}

std::string refuse_owner(const fs::path& path, uid_t owner, Person person) {
  if (is_trusted(owner, person)) return {};
  return fmt::format(
      "{} belongs to {}, who can put a CA of theirs there, and misproxy runs as {}; mend it: chown "
      "{} {}",
      path.string(), name_of(owner), name_of(person.user), person.user, shell_word(path.string()));
}

/// Of a folder above, or of a link on the way.
std::string refuse_owner_above(const fs::path& path, uid_t owner, Person person) {
  constexpr uid_t kUnmapped = 65534;  // user_namespaces(7)
  if (person.user == 0 || owner == kUnmapped) return {};
  return refuse_owner(path, owner, person);
}

std::string refuse_writers_above(const fs::path& path, const struct stat& found, Person person) {
  const bool by_group = (found.st_mode & S_IWGRP) != 0 && found.st_gid != person.group;
  const bool by_all = (found.st_mode & S_IWOTH) != 0;
  if (!S_ISDIR(found.st_mode) || (found.st_mode & S_ISVTX) != 0 || !(by_group || by_all)) return {};
  return fmt::format(
      "{} has mode {:04o}: others can put another folder in the place of the CA's; --state-dir DIR "
      "names another place for it, or mend it: chmod {} {}",
      path.string(), found.st_mode & kPermissions, by_all ? "go-w" : "g-w",
      shell_word(path.string()));
}

/// A link itself is judged, not what it leads to: that stands on the other way.
std::string refuse_step(const fs::path& path, Person person) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return failure("read", path);
  auto why = refuse_owner_above(path, found.st_uid, person);
  return why.empty() ? refuse_writers_above(path, found, person) : why;
}

/// The folders above, on the way that the path names and on the one that its links lead.
std::string refuse_above(const fs::path& named, const fs::path& place, Person person) {
  for (const auto& way : {named, place}) {
    for (auto step = way; step.has_relative_path();) {
      const bool is_folder_itself = step == place;
      if (!is_folder_itself) {
        if (auto why = refuse_step(step, person); !why.empty()) return why;
      }
      step = step.parent_path();
    }
  }
  return refuse_step("/", person);
}

std::string judge_file(const fs::path& path, const struct stat& found, mode_t most, Person person) {
  if (!S_ISREG(found.st_mode))
    return fmt::format("{} is no regular file; move it away", path.string());
  if (found.st_size > kLargest)
    return fmt::format("{} is over {} bytes; no key or certificate is", path.string(), kLargest);
  if (auto why = refuse_owner(path, found.st_uid, person); !why.empty()) return why;
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

Person Person::of_process() { return {::geteuid(), ::getegid()}; }

std::string refuse_shared_folder(const fs::path& folder, Person person) {
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
  if (auto why = refuse_owner(place, found.st_uid, person); !why.empty()) return why;
  return refuse_above(fs::absolute(folder, error).lexically_normal(), place, person);
}

OwnText read_own_file(const fs::path& path, mode_t most, Person person) {
  const File file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open() && errno == ENOENT) return {};
  struct stat found {};
  if (!file.is_open() || ::fstat(file.fd(), &found) != 0) return {{}, failure("read", path)};
  if (auto why = judge_file(path, found, most, person); !why.empty()) return {{}, why};
  std::error_code error;
  const auto place = fs::canonical(path, error);
  if (!error) {
    if (auto why = refuse_shared_folder(place.parent_path(), person); !why.empty())
      return {{}, why};
  }
  return {read_all(file.fd(), static_cast<std::size_t>(found.st_size)), {}};
}

}  // namespace misproxy::live
