#include "app/scenario_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/say.hpp"
#include "core/nearest.hpp"
#include "scenario/bundled.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

constexpr auto kLessons = "lessons";  // a folder with this name, below another, has no scenarios
constexpr std::size_t kLargestFile = 4 << 20;  // of a scenario; more is a mistake

std::vector<std::string_view> bundled_ids() {
  std::vector<std::string_view> ids;
  for (const auto& scenario : bundled_scenarios())
    ids.push_back(scenario.id());
  return ids;
}

ScenarioFile built_in(const BundledScenario& scenario) {
  return {std::string(scenario.id()), std::string(scenario.text), true,
          fs::path(scenario.path).parent_path().filename().string()};
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
    found.errors.push_back(unreadable(path.string(), std::strerror(errno != 0 ? errno : EIO)));
  } else if (text.size() > kLargestFile) {
    found.errors.push_back(
        {ExitCode::bad_input,
         fmt::format("{} is over {} bytes; that is no scenario", path.string(), kLargestFile)});
  } else {
    found.files.push_back(
        {path.string(), std::move(text), false, path.parent_path().filename().string()});
  }
}

/// Whether a folder's entry is a scenario to be read: a file, or what leads nowhere and looks like
/// one, so that it is said.
bool looks_like_scenario(const fs::directory_entry& entry) {
  std::error_code ignored;
  const auto type = entry.status(ignored).type();
  const bool readable = type == fs::file_type::regular || type == fs::file_type::not_found ||
                        type == fs::file_type::none;
  return readable && entry.path().extension() == ".toml";
}

/// All below a folder; each folder that cannot be read is an error of its own.
void add_paths(const fs::path& folder, std::vector<fs::path>& paths, FoundScenarios& found) {
  std::error_code error;
  std::vector<fs::path> folders;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it);
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
      if (it->path().filename() != kLessons) folders.push_back(it->path());
    } else if (looks_like_scenario(*it)) {
      paths.push_back(it->path());
    }
  }
  if (error) found.errors.push_back(unreadable(folder.string(), error.message()));
  std::sort(folders.begin(), folders.end());
  for (const auto& each : folders)
    add_paths(each, paths, found);
}

void add_folder(const fs::path& folder, FoundScenarios& found) {
  std::vector<fs::path> paths;
  const auto errors = found.errors.size();
  add_paths(folder, paths, found);
  if (paths.empty() && found.errors.size() == errors) {
    found.errors.push_back(
        {ExitCode::bad_input, fmt::format("no *.toml below {}", folder.string())});
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths)
    add_file(path, found);
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
  }
  return found;
}

ExitCode complain_of(const std::vector<FileError>& errors) {
  for (const auto& error : errors)
    complain(error.code, error.message);
  return errors.empty() ? ExitCode::ok : errors.front().code;
}

std::vector<ScenarioFile> bundled_files() {
  std::vector<ScenarioFile> files;
  for (const auto& scenario : bundled_scenarios())
    files.push_back(built_in(scenario));
  return files;
}

std::optional<ScenarioFile> bundled_file(std::string_view id) {
  for (const auto& scenario : bundled_scenarios()) {
    if (scenario.id() == id) return built_in(scenario);
  }
  return std::nullopt;
}

std::string no_such_scenario(const std::string& id) {
  const auto close = nearest(id, bundled_ids());
  return fmt::format("no scenario {} comes with misproxy; {}`misproxy list` lists them", id,
                     close ? fmt::format("did you mean {}? ", *close) : "");
}

}  // namespace misproxy::app
