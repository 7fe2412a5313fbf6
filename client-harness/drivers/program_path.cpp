#include "drivers/program_path.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace misproxy {
namespace {

constexpr int kCannotRun = 126;
constexpr int kNotFound = 127;

bool can_run(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::variant<std::string, int> program_path(const std::string& name) {
  std::error_code error;
  if (name.find('/') != std::string::npos) {
    if (can_run(name)) return name;
    return std::filesystem::exists(name, error) ? kCannotRun : kNotFound;
  }
  const auto* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  int code = kNotFound;
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (can_run(candidate)) return candidate;
    if (std::filesystem::is_regular_file(candidate, error)) code = kCannotRun;
  }
  return code;
}

}  // namespace misproxy
