#include "app/trace_options.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb trace_verb(CLI::App& app) {
  const auto kept = std::make_shared<TraceOptions>();
  auto& options = *kept;
  auto* trace =
      app.add_subcommand("trace", "Read a trace that `misproxy serve --trace` has recorded");
  trace->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, TraceOptions::Print print) {
    auto* command = trace->add_subcommand(name, what);
    command->add_option("FILE", options.file, "a trace; - is standard input")
        ->required()
        ->type_name("");
    command
        ->add_option("--host", options.host,
                     "only connections to hosts that match, such as '*.cisco.com': a browser's own "
                     "errands left out")
        ->type_name("GLOB");
    command->callback([&options, print] { options.print = print; });
    return command;
  };
  add("digest", "SHA-256 of the normal form: equal for every run of one scenario, seed and client",
      TraceOptions::Print::digest);
  add("normal", "what the digest covers: no times, no ports, no order of arrival",
      TraceOptions::Print::normal);
  add("show", "a line an event, for a person", TraceOptions::Print::show)
      ->add_flag("--injected", options.injected_only, "only what a fault did");
  return verb(trace, kept, &app::trace);
}

}  // namespace misproxy::app
