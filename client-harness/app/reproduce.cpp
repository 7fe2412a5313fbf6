#include "reproduce/reproduce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/evidence_files.hpp"
#include "app/output_files.hpp"
#include "app/record_file.hpp"
#include "app/reproduce_options.hpp"
#include "app/say.hpp"
#include "app/stdout_use.hpp"
#include "reproduce/reproduction_text.hpp"

namespace misproxy::app {
namespace {

using misproxy::reproduce::Reproductions;

/// `my.toml`, and of several `my-truncated.toml`.
std::string path_of(const std::string& out, std::string_view verdict, bool alone) {
  if (alone || is_stdout(out)) return out;
  std::filesystem::path path(out);
  const auto name =
      fmt::format("{}-{}{}", path.stem().string(), verdict, path.extension().string());
  return path.replace_filename(name).string();
}

bool has_scenario(const misproxy::reproduce::Reproduction& each) { return !each.scenario.empty(); }

/// The files of `all`, in its order; empty where there is no scenario.
std::vector<std::string> paths_of(const Reproductions& made,
                                  const std::optional<std::string>& out) {
  std::vector<std::string> paths(made.all.size());
  if (!out) return paths;
  const bool alone = std::ranges::count_if(made.all, has_scenario) == 1;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (has_scenario(made.all[i])) paths[i] = path_of(*out, made.all[i].verdict, alone);
  }
  return paths;
}

/// An output that is one of the evidence's files would be that one's end.
std::string refuse(const ReproduceOptions& options) {
  StdoutUse out;
  out.want("--out", options.out);
  out.want(options.format);
  OutputFiles files;
  files.want("--out", options.out);
  if (!out.why().empty()) return out.why();
  for (const auto& file : options.files) {
    if (options.out && !is_stdout(*options.out) && is_one_file(file, *options.out))
      return fmt::format("--out {} is a piece of the evidence", *options.out);
  }
  return {};
}

/// Scenarios into their files, or the first one to stdout. A sentence where that cannot be.
std::string write(const ReproduceOptions& options, const Reproductions& made,
                  const std::vector<std::string>& paths) {
  const bool to_stdout = !options.out || is_stdout(*options.out);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!has_scenario(made.all[i])) continue;
    if (to_stdout) {
      if (options.format == Format::text) print(made.all[i].scenario);
      return {};
    }
    if (auto why = write_output(paths[i], made.all[i].scenario); !why.empty()) return why;
  }
  return {};
}

}  // namespace

ExitCode reproduce(const ReproduceOptions& options) {
  if (const auto why = refuse(options); !why.empty()) return complain(ExitCode::bad_input, why);
  auto read = read_files(options.files, misproxy::diagnose::Keep::failures);
  if (const auto* unusable = std::get_if<misproxy::diagnose::Unusable>(&read))
    return complain(ExitCode::bad_input, unusable->sentence);
  static const auto& seen =
      *new misproxy::reproduce::Seen(std::get<misproxy::diagnose::Observations>(std::move(read)));
  const auto count = seen.diagnosis.verdicts.size();
  if (options.connection && *options.connection > count)
    return complain(ExitCode::bad_input,
                    fmt::format("--connection {}: the evidence has {} connection{}",
                                *options.connection, count, count == 1 ? "" : "s"));
  if (const auto why = options.out ? refuse_unwritable(options.out) : ""; !why.empty())
    return complain(ExitCode::environment, why);
  const auto made = misproxy::reproduce::reproduce(seen, {options.connection, options.keep_names});
  const auto paths = paths_of(made, options.out);
  if (const auto why = write(options, made, paths); !why.empty())
    return complain(ExitCode::environment, why);
  const bool aside = options.format == Format::text && (!options.out || is_stdout(*options.out));
  const auto said = options.format == Format::json
                        ? misproxy::reproduce::to_json(made, paths) + "\n"
                        : misproxy::reproduce::to_text(made, paths);
  aside ? tell(said) : print(said);
  return made.any() ? ExitCode::ok : ExitCode::mismatch;
}

}  // namespace misproxy::app
