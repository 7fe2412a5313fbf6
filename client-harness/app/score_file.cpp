#include "app/score_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "core/utf8.hpp"
#include "live/files.hpp"

namespace misproxy::app {
namespace {

constexpr mode_t kOfAClass = 0666;  // as the umask allows: others of the class write it, too

bool is_csv(const std::string& path) { return path.ends_with(".csv"); }

/// Whether the file begins as one of this kind does.
bool begins_right(int fd, bool csv) {
  std::array<char, teaching::kScoreHeader.size()> head{};
  const auto size = ::pread(fd, head.data(), csv ? head.size() : 1, 0);
  const std::string_view text(head.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return csv ? text == teaching::kScoreHeader : text == "{";
}

bool ends_with_line(int fd, off_t size) {
  char last = 0;
  return ::pread(fd, &last, 1, size - 1) == 1 && last == '\n';
}

}  // namespace

std::string refuse_score_file(const std::string& path) {
  if (is_csv(path) || path.ends_with(".json") || path.ends_with(".jsonl")) return {};
  return fmt::format("--scores {}: scores are CSV or JSON lines: a name that ends in .csv or .json",
                     visible(path));
}

std::string add_score(const std::string& path, const teaching::Score& score) {
  const live::File file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, kOfAClass));
  if (!file.is_open() || ::flock(file.fd(), LOCK_EX) != 0) return live::failure("write", path);
  struct stat status {};
  if (::fstat(file.fd(), &status) != 0 || !S_ISREG(status.st_mode))
    return fmt::format("{} is no regular file: scores are not written there", visible(path));
  const bool csv = is_csv(path);
  std::string text;
  if (status.st_size > 0) {
    if (!begins_right(file.fd(), csv)) {
      return fmt::format(
          "{} is no score file of this version: it is left as it is; give another "
          "name, and this answer's line is: {}",
          visible(path), teaching::score_json(score));
    }
    if (!ends_with_line(file.fd(), status.st_size)) text = "\n";  // somebody's was torn
  } else if (csv) {
    text = teaching::kScoreHeader;
  }
  text += csv ? teaching::score_csv(score) : teaching::score_json(score);
  const int error = live::write_piece(file.fd(), text);
  return error == 0 ? "" : fmt::format("cannot write {}: {}", visible(path), live::reason(error));
}

}  // namespace misproxy::app
