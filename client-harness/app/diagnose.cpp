#include <fmt/format.h>

#include "app/evidence_files.hpp"
#include "app/listed_scenario.hpp"
#include "app/say.hpp"
#include "app/verbs.hpp"
#include "app/verdict_ids.hpp"
#include "core/nearest.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/diagnosis_text.hpp"

namespace misproxy::app {

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
  auto read = read_files(options.files);
  if (const auto* unusable = std::get_if<misproxy::diagnose::Unusable>(&read))
    return complain(ExitCode::bad_input, unusable->sentence);
  // The process ends behind this: nobody waits until each of a million pieces is given back.
  static const auto& diagnosis = *new auto(
      misproxy::diagnose::diagnose(std::get<misproxy::diagnose::Observations>(std::move(read))));
  if (options.format == Format::json) {
    misproxy::diagnose::write_json(diagnosis, print);
    print("\n");
  } else {
    print(misproxy::diagnose::to_text(diagnosis, stdout_has_colour()));
  }
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
