#include "app/file_progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/say.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kWorthIt = 64 * kMiB;  // what is smaller is read before anybody looks

/// How far each file was at most: one that is closed again has been read.
struct Watched {
  std::string path;
  std::uint64_t size = 0;
  std::uint64_t seen = 0;
  bool begun = false;

  std::uint64_t look() {
    const auto now = read_so_far(path);
    begun = begun || now > 0;
    seen = now == 0 && begun ? size : std::max(seen, now);
    return std::min(seen, size);
  }
};

}  // namespace

std::uint64_t read_so_far(const std::string& file) {
  std::uint64_t furthest = 0;
  std::error_code gone;
  for (const auto& each : fs::directory_iterator("/proc/self/fd", gone)) {
    if (fs::read_symlink(each.path(), gone).string() != file) continue;
    std::ifstream about("/proc/self/fdinfo/" + each.path().filename().string());
    std::string word;
    std::uint64_t at = 0;
    if (about >> word >> at && word == "pos:") furthest = std::max(furthest, at);
  }
  return furthest;
}

FileProgress::FileProgress(const std::vector<std::string>& files) {
  if (!stderr_draws()) return;
  std::vector<Watched> watched;
  std::uint64_t whole = 0;
  for (const auto& file : files) {
    std::error_code none;
    const auto size = fs::is_regular_file(file, none) ? fs::file_size(file, none) : 0;
    if (size == 0) continue;
    watched.push_back({fs::canonical(file, none).string(), size});
    whole += size;
  }
  if (whole < kWorthIt) return;
  const auto done = [watched = std::move(watched)]() mutable {
    std::uint64_t read = 0;
    for (auto& each : watched)
      read += each.look();
    return static_cast<std::size_t>(read / kMiB);
  };
  progress_.emplace(static_cast<std::size_t>(whole / kMiB), done, std::chrono::seconds{1}, " MiB");
}

}  // namespace misproxy::app
