#include "app/scenario_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/nearest.hpp"
#include "scenario/bundled.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 4 << 20;  // of a scenario; more is a mistake

std::vector<std::string_view> bundled_ids() {
  std::vector<std::string_view> ids;
  for (const auto& scenario : bundled_scenarios())
    ids.push_back(scenario.id());
  return ids;
}

FileError unreadable(const std::string& path, std::string_view why) {
  const auto close = nearest(path, bundled_ids());
  const auto hint = close ? fmt::format("; the scenario `{}` comes with misproxy", *close) : "";
  return {ExitCode::environment, fmt::format("cannot read {}: {}{}", path, why, hint)};
}

void add_file(const fs::path& path, FoundScenarios& found) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 16 * 1024> piece;
  while (file && text.size() <= kLargestFile) {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    found.error = unreadable(path.string(), std::strerror(errno != 0 ? errno : EIO));
  } else if (text.size() > kLargestFile) {
    found.error = {ExitCode::bad_input, fmt::format("{} is over {} bytes; that is no scenario",
                                                    path.string(), kLargestFile)};
  } else {
    found.files.push_back({path.string(), std::move(text)});
  }
}

void add_folder(const fs::path& folder, FoundScenarios& found) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::end(it);
       it.increment(error)) {
    if (it->path().extension() == ".toml" && it->is_regular_file(error))
      paths.push_back(it->path());
  }
  if (error) {
    found.error = unreadable(folder.string(), error.message());
  } else if (paths.empty()) {
    found.error = {ExitCode::bad_input, fmt::format("no *.toml below {}", folder.string())};
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    if (!found.error) add_file(path, found);
  }
}

}  // namespace

FoundScenarios find_scenarios(const std::vector<std::string>& arguments) {
  FoundScenarios found;
  for (const auto& argument : arguments) {
    std::error_code error;
    if (fs::is_directory(argument, error)) {
      add_folder(argument, found);
    } else if (auto scenario = bundled_file(argument); scenario && !fs::exists(argument, error)) {
      found.files.push_back(std::move(*scenario));
    } else {
      add_file(argument, found);
    }
    if (found.error) break;
  }
  return found;
}

std::vector<ScenarioFile> bundled_files() {
  std::vector<ScenarioFile> files;
  for (const auto& scenario : bundled_scenarios()) {
    files.push_back({std::string(scenario.id()), std::string(scenario.text), true});
  }
  return files;
}

std::optional<ScenarioFile> bundled_file(std::string_view id) {
  for (const auto& scenario : bundled_scenarios()) {
    if (scenario.id() == id) return ScenarioFile{std::string(id), std::string(scenario.text), true};
  }
  return std::nullopt;
}

std::string no_such_scenario(const std::string& id) {
  const auto close = nearest(id, bundled_ids());
  return fmt::format("no scenario {} comes with misproxy; {}`misproxy list` lists them", id,
                     close ? fmt::format("did you mean {}? ", *close) : "");
}

}  // namespace misproxy::app
