#include <fmt/format.h>

#include "app/case_picture.hpp"
#include "app/diagnose_options.hpp"
#include "app/evidence_files.hpp"
#include "app/file_progress.hpp"
#include "app/listed_scenario.hpp"
#include "app/output_files.hpp"
#include "app/say.hpp"
#include "app/stdout_use.hpp"
#include "app/verdict_ids.hpp"
#include "core/nearest.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/diagnosis_text.hpp"

namespace misproxy::app {
namespace {

/// stdout holds the verdict, and no file of evidence is written over.
std::optional<ExitCode> judge_outputs(const DiagnoseOptions& options) {
  for (const auto* path : {&options.html, &options.svg}) {
    if (!*path) continue;
    if (is_stdout(**path))
      return complain(ExitCode::bad_input, "stdout holds the verdict: give the picture a PATH");
    for (const auto& file : options.files) {
      if (is_one_file(**path, file))
        return complain(ExitCode::bad_input, fmt::format("{} is evidence", **path));
    }
  }
  if (options.html && options.svg && is_one_file(*options.html, *options.svg))
    return complain(ExitCode::bad_input, "--html and --svg are one file, which holds one thing");
  return std::nullopt;
}

}  // namespace

ExitCode unknown_verdict(const std::string& id) {
  std::vector<std::string_view> ids;
  for (const auto& lesson : misproxy::diagnose::lessons())
    ids.push_back(lesson.id);
  const auto close = nearest(id, ids);
  return complain(ExitCode::bad_input,
                  fmt::format("there is no verdict {}; {}`misproxy verdicts` lists them", id,
                              close ? fmt::format("did you mean {}? ", *close) : ""));
}

ExitCode diagnose(const DiagnoseOptions& options) {
  if (const auto code = judge_outputs(options)) return *code;
  CasePicture picture(options.html, options.svg);
  std::optional<FileProgress> progress(options.files);
  auto read = picture.is_wanted() ? picture.read(options.files) : read_files(options.files);
  if (const auto* unusable = std::get_if<misproxy::diagnose::Unusable>(&read))
    return complain(ExitCode::bad_input, unusable->sentence);
  progress.reset();
  // The process ends behind this: nobody waits until each of a million pieces is given back.
  static const auto& diagnosis = *new auto(
      misproxy::diagnose::diagnose(std::get<misproxy::diagnose::Observations>(std::move(read))));
  if (options.format == Format::json) {
    misproxy::diagnose::write_json(diagnosis, print);
    print("\n");
  } else {
    print(misproxy::diagnose::to_text(diagnosis, stdout_has_colour()));
  }
  if (const auto why = picture.write(diagnosis); !why.empty())
    return complain(ExitCode::environment, why);
  return diagnosis.incident.outcome() == misproxy::diagnose::Outcome::works ? ExitCode::ok
                                                                            : ExitCode::mismatch;
}

ExitCode verdicts(const VerdictsOptions& options) {
  print(options.format == Format::json ? misproxy::diagnose::list_json(examples_of)
                                       : misproxy::diagnose::list_text(stdout_has_colour()));
  return ExitCode::ok;
}

ExitCode explain(const ExplainOptions& options) {
  const auto* lesson = misproxy::diagnose::find_lesson(options.id);
  if (lesson == nullptr) return unknown_verdict(options.id);
  const auto examples = examples_of(options.id);
  print(options.format == Format::json
            ? misproxy::diagnose::explain_json(*lesson, examples) + "\n"
            : misproxy::diagnose::explain_text(*lesson, examples, stdout_has_colour()));
  return ExitCode::ok;
}

}  // namespace misproxy::app
