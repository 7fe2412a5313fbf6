#pragma once

#include "app/command_line.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

ExitCode serve(const ServeOptions& options);
ExitCode run(const RunOptions& options);
ExitCode check(const CheckOptions& options);
ExitCode list(const ListOptions& options);
ExitCode schema(const SchemaOptions& options);
ExitCode show(const ShowOptions& options);
ExitCode ca(const CaOptions& options);
ExitCode trace(const TraceOptions& options);
ExitCode capture(const CaptureOptions& options);
ExitCode diagnose(const DiagnoseOptions& options);
ExitCode anonymize(const AnonymizeOptions& options);
ExitCode probe(const ProbeOptions& options);
ExitCode verdicts(const VerdictsOptions& options);
ExitCode matrix(const MatrixOptions& options);
ExitCode exec(const ExecOptions& options);
ExitCode lab(const LabOptions& options);
ExitCode reproduce(const ReproduceOptions& options);
ExitCode merge(const MergeOptions& options);
ExitCode learn(const LearnOptions& options);
ExitCode exercise(const ExerciseOptions& options);
ExitCode answer(const AnswerOptions& options);
ExitCode explain(const ExplainOptions& options);

}  // namespace misproxy::app
