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

std::string text_in(const fs::path& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// `/dev/stdout` and its like: whatever stands there is somebody's who has opened it for us.
bool is_lent(const std::string& path) { return is_stdout(path) || path.starts_with("/dev/"); }

}  // namespace

std::string ReadyFile::clear() {
  if (!path_) return {};
  if (is_lent(*path_)) {
    place_ = *path_;
    return {};
  }
  place_ = live::behind_links(*path_);
  if (place_.empty()) return live::link_failure(*path_);
  if (!is_regular(place_) || ::unlink(place_.c_str()) == 0) return {};
  return live::failure("remove", *path_);
}

std::string ReadyFile::write(const std::string& text) {
  if (!path_) return {};
  auto why = is_stdout(*path_) ? write_output(*path_, text) : live::write_file(place_, text);
  if (why.empty() && !is_lent(*path_)) text_ = text;
  return why;
}

ReadyFile::~ReadyFile() {
  if (text_.empty() || !is_regular(place_) || text_in(place_) != text_) return;
  ::unlink(place_.c_str());
}

}  // namespace misproxy::app
