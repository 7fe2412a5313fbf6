#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/merge_options.hpp"
#include "app/record_file.hpp"
#include "app/run_report.hpp"
#include "app/say.hpp"
#include "app/stdout_use.hpp"
#include "report/merged_results.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

bool is_results_file(const fs::path& path) {
  const auto name = path.filename().string();
  return name.starts_with("runs-") && name.ends_with(".jsonl");
}

/// The files of results that a path means, in order of their names; a sentence where there are
/// none.
std::variant<std::vector<std::string>, std::string> files_of(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector{path};
  std::vector<std::string> files;
  for (const auto& each : fs::directory_iterator(path, error)) {
    if (is_results_file(each.path())) files.push_back(each.path().string());
  }
  if (error) return fmt::format("cannot read {}: {}", path, error.message());
  if (files.empty())
    return fmt::format("{}: no results: there is no runs-K-of-N.jsonl of `misproxy run --results`",
                       path);
  std::ranges::sort(files);
  return files;
}

std::variant<ResultsFile, std::string> read(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || stream.bad())
    return fmt::format("cannot read {}: {}", path, std::strerror(errno));
  return read_results(path, text);
}

std::variant<std::vector<ResultsFile>, std::string> read_all(
    const std::vector<std::string>& paths) {
  std::vector<ResultsFile> all;
  for (const auto& path : paths) {
    auto files = files_of(path);
    if (auto* why = std::get_if<std::string>(&files)) return std::move(*why);
    for (const auto& file : std::get<std::vector<std::string>>(files)) {
      auto one = read(file);
      if (auto* why = std::get_if<std::string>(&one)) return std::move(*why);
      all.push_back(std::move(std::get<ResultsFile>(one)));
    }
  }
  return all;
}

void tell_missing(const MergedResults& merged) {
  if (merged.missing == 0) return;
  std::vector<std::string> parts;
  for (const auto part : merged.parts_to_run)
    parts.push_back(fmt::format("{}/{}", part, merged.head.of));
  tell(fmt::format("misproxy: {} of {} runs are missing: run again with --shard {}\n",
                   merged.missing, merged.head.runs, fmt::join(parts, ", ")));
}

std::string refuse(const MergeOptions& options) {
  StdoutUse out;
  out.want("--junit", options.junit);
  out.want("--html", options.html);
  out.want(options.format);
  return out.why();
}

}  // namespace

ExitCode merge(const MergeOptions& options) {
  if (const auto why = refuse(options); !why.empty()) return complain(ExitCode::bad_input, why);
  for (const auto* path : {&options.junit, &options.html}) {
    if (const auto why = refuse_unwritable(*path); !why.empty())
      return complain(ExitCode::environment, why);
  }
  auto files = read_all(options.paths);
  if (const auto* why = std::get_if<std::string>(&files))
    return complain(ExitCode::bad_input, *why);
  auto joined = merge_results(std::move(std::get<std::vector<ResultsFile>>(files)));
  if (const auto* why = std::get_if<std::string>(&joined))
    return complain(ExitCode::bad_input, *why);
  const auto& merged = std::get<MergedResults>(joined);
  for (const auto& remark : merged.remarks)
    tell(fmt::format("misproxy: {}\n", remark));
  const bool aside = is_stdout(options.junit.value_or("")) || is_stdout(options.html.value_or(""));
  RunReport report({options.matrix, options.verbose, merged.head.sweep, aside, options.format,
                    options.junit, options.html});
  for (const auto& result : merged.results)
    report.add(result);
  auto why = report.write_files();
  const auto untold = report.print();
  if (why.empty()) why = untold;
  tell_missing(merged);
  if (!why.empty()) return complain(ExitCode::environment, why);
  const bool ok = merged.missing == 0 && report.all_as_expected();
  return ok ? ExitCode::ok : ExitCode::mismatch;
}

}  // namespace misproxy::app
