#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/diagnose_options.hpp"
#include "app/format.hpp"
#include "app/probe_options.hpp"
#include "app/run_options.hpp"
#include "core/quantity.hpp"

namespace misproxy::app {

/// A whole number and nothing else, up to 2^63 - 1. `unit`: what it counts, for whoever writes one
/// behind it.
std::function<std::string(const std::string&)> whole_number(std::uint64_t least, std::uint64_t most,
                                                            Unit unit = Unit::none);

CLI::Option* add_format(CLI::App& command, Format& format);

/// `--state-dir`, for each verb that opens the CA.
void add_state_dir(CLI::App& command, std::optional<std::string>& state_dir);

/// `--no-splice`, for each verb that may lead to real upstreams.
CLI::Option* add_no_splice(CLI::App& command, bool& splice);

struct ListOptions;
/// The verb `list` and its flags.
void add_list(CLI::App& app, ListOptions& options);

/// The verb `run` and its flags.
void add_run(CLI::App& app, RunOptions& options);

struct MatrixOptions;
/// The verb `matrix` and its flags.
void add_matrix(CLI::App& app, MatrixOptions& options);

/// The words behind `misproxy VERB ... --` are the command's own: takes them, and returns how many
/// are left for CLI11, which would look for flags among them.
int take_command(int argc, const char* const* argv, std::string_view verb,
                 std::vector<std::string>& command);

/// `--capture-at`; `what` it says.
void add_capture_at(CLI::App& command, std::vector<simulated::CapturePointId>& ends,
                    std::string_view what);

struct LabOptions;
/// The verb `lab` and its flags.
void add_lab(CLI::App& app, LabOptions& options);

struct LearnOptions;
struct ExerciseOptions;
struct AnswerOptions;
/// The verbs of teaching.
void add_learn(CLI::App& app, LearnOptions& options);
void add_exercise(CLI::App& app, ExerciseOptions& options);
void add_answer(CLI::App& app, AnswerOptions& options);

struct ExecOptions;
/// The verb `exec` and its flags.
void add_exec(CLI::App& app, ExecOptions& options);

/// The verb `probe` and its flags.
void add_probe(CLI::App& app, ProbeOptions& options);

struct MergeOptions;
struct ReproduceOptions;
/// The verb `reproduce` and its flags.
void add_reproduce(CLI::App& app, ReproduceOptions& options);
void add_merge(CLI::App& app, MergeOptions& options);

/// The verbs around the diagnosis.
void add_diagnose(CLI::App& app, DiagnoseOptions& options);
void add_anonymize(CLI::App& app, AnonymizeOptions& options);
void add_verdicts(CLI::App& app, VerdictsOptions& options);
void add_explain(CLI::App& app, ExplainOptions& options);

}  // namespace misproxy::app
