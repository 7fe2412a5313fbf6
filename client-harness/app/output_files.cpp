#include "app/output_files.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "app/stdout_use.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

/// What the kernel would make, or find, behind the links; a link may lead to what is not there yet.
fs::path place_of(const std::string& path) {
  constexpr int kMostLinks = 40;  // as the kernel follows
  std::error_code error;
  auto place = fs::absolute(path, error);
  for (int i = 0; i < kMostLinks && fs::is_symlink(place, error); ++i)
    place = place.parent_path() / fs::read_symlink(place, error);
  return fs::weakly_canonical(place, error);
}

/// stdout's own file, where a shell has led it to one.
std::string file_of(const std::string& path) { return is_stdout(path) ? "/dev/stdout" : path; }

}  // namespace

void OutputFiles::want(std::string_view flag, const std::optional<std::string>& path) {
  if (path) wanted_.push_back({flag, *path});
}

std::string OutputFiles::refuse_shared() const {
  for (auto one = wanted_.begin(); one != wanted_.end(); ++one) {
    for (auto other = std::next(one); other != wanted_.end(); ++other) {
      if (!is_one_file(file_of(one->path), file_of(other->path))) continue;
      return fmt::format(
          "{} {} and {} {} are one file, which holds one thing: give one of them another PATH",
          one->flag, one->path, other->flag, other->path);
    }
  }
  return {};
}

std::string OutputFiles::refuse_scenarios(const std::vector<std::string>& scenarios) const {
  std::error_code ignored;
  for (const auto& [flag, path] : wanted_) {
    if (is_stdout(path)) continue;
    for (const auto& file : scenarios) {
      if (fs::is_regular_file(file, ignored) && is_one_file(file, path))
        return fmt::format("{} {} is a scenario", flag, file);
    }
  }
  return {};
}

bool is_one_file(const std::string& one, const std::string& other) {
  std::error_code ignored;
  if (fs::exists(one, ignored) && !fs::is_regular_file(one, ignored)) return false;
  if (fs::equivalent(one, other, ignored)) return true;
  const auto place = place_of(one);
  return !place.empty() && place == place_of(other);
}

}  // namespace misproxy::app
