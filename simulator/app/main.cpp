#include <csignal>

#include "app/verbs.hpp"

namespace {

using namespace misproxy::app;

struct Run {
  misproxy::ExitCode operator()(const ServeOptions& options) const { return serve(options); }
  misproxy::ExitCode operator()(const CheckOptions& options) const { return check(options); }
  misproxy::ExitCode operator()(const ListOptions& options) const { return list(options); }
  misproxy::ExitCode operator()(const CaOptions& options) const { return ca(options); }
  misproxy::ExitCode operator()(const TraceOptions& options) const { return trace(options); }
  misproxy::ExitCode operator()(misproxy::ExitCode done) const { return done; }
};

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of the write, not our end
  return static_cast<int>(std::visit(Run{}, parse_command_line(argc, argv)));
}
