#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "app/say.hpp"
#include "app/verbs.hpp"

namespace {

using namespace misproxy::app;

struct Run {
  misproxy::ExitCode operator()(const ServeOptions& options) const { return serve(options); }
  misproxy::ExitCode operator()(const RunOptions& options) const { return run(options); }
  misproxy::ExitCode operator()(const CheckOptions& options) const { return check(options); }
  misproxy::ExitCode operator()(const ListOptions& options) const { return list(options); }
  misproxy::ExitCode operator()(const ShowOptions& options) const { return show(options); }
  misproxy::ExitCode operator()(const SchemaOptions& options) const { return schema(options); }
  misproxy::ExitCode operator()(const CaOptions& options) const { return ca(options); }
  misproxy::ExitCode operator()(const TraceOptions& options) const { return trace(options); }
  misproxy::ExitCode operator()(const CaptureOptions& options) const { return capture(options); }
  misproxy::ExitCode operator()(const DiagnoseOptions& options) const { return diagnose(options); }
  misproxy::ExitCode operator()(const AnonymizeOptions& options) const {
    return anonymize(options);
  }
  misproxy::ExitCode operator()(const ProbeOptions& options) const { return probe(options); }
  misproxy::ExitCode operator()(const VerdictsOptions& options) const { return verdicts(options); }
  misproxy::ExitCode operator()(const ExplainOptions& options) const { return explain(options); }
  misproxy::ExitCode operator()(const MatrixOptions& options) const { return matrix(options); }
  misproxy::ExitCode operator()(const ExecOptions& options) const { return exec(options); }
  misproxy::ExitCode operator()(const LabOptions& options) const { return lab(options); }
  misproxy::ExitCode operator()(const ReproduceOptions& options) const {
    return reproduce(options);
  }
  misproxy::ExitCode operator()(const MergeOptions& options) const { return merge(options); }
  misproxy::ExitCode operator()(const LearnOptions& options) const { return learn(options); }
  misproxy::ExitCode operator()(const ExerciseOptions& options) const { return exercise(options); }
  misproxy::ExitCode operator()(const AnswerOptions& options) const { return answer(options); }
  misproxy::ExitCode operator()(misproxy::ExitCode done) const { return done; }
};

/// A stream that came closed must not become the number of a socket that talk is then written to.
/// It is opened so that writing still fails, and is said.
void hold_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) == -1) ::open("/dev/null", O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of the write, not our end
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow
  try {
    return static_cast<int>(std::visit(Run{}, parse_command_line(argc, argv)));
  } catch (const OutputLost&) {
    return static_cast<int>(misproxy::ExitCode::environment);
  }
}
