#include "app/ready_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "app/stdout_use.hpp"
#include "live/files.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

bool is_regular(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_link(const fs::path& path) {
  std::error_code ignored;
  return fs::is_symlink(path, ignored);
}

/// To remove a link would not end what its target's readers see, and to remove the target would
/// take what may be somebody else's.
std::string refuse_link(const std::string& path) {
  std::error_code ignored;
  if (!is_link(path) || fs::is_other(path, ignored)) return {};
  return fmt::format(
      "cannot write {}: it is a symbolic link to {}, and a ready file comes and goes: give its own "
      "PATH",
      path, fs::read_symlink(path, ignored).string());
}

std::string text_in(const fs::path& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// `/dev/stdout` and its like: whatever stands there is somebody's who has opened it for us.
bool is_lent(const std::string& path) {
  return is_stdout(path) || path.starts_with("/dev/std") || path.starts_with("/dev/fd/");
}

}  // namespace

std::string ReadyFile::clear() {
  if (!path_) return {};
  if (is_lent(*path_)) return {};
  if (auto why = refuse_link(*path_); !why.empty()) return why;
  if (!is_regular(*path_) || ::unlink(path_->c_str()) == 0) return {};
  return live::failure("remove", *path_);
}

std::string ReadyFile::write(const std::string& text) {
  if (!path_) return {};
  std::error_code ignored;
  const bool is_given = is_lent(*path_) || fs::is_other(*path_, ignored);
  if (is_given) return write_output(*path_, text);
  // Into the place of whatever stands there by now: a link that came meanwhile is not followed.
  auto why = live::write_whole(*path_, text, live::kPublic);
  if (why.empty()) text_ = text;
  return why;
}

ReadyFile::~ReadyFile() {
  if (text_.empty() || is_link(*path_) || text_in(*path_) != text_) return;
  ::unlink(path_->c_str());
}

}  // namespace misproxy::app
