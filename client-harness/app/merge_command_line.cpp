#include "app/flags.hpp"
#include "app/merge_options.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb merge_verb(CLI::App& app) {
  const auto kept = std::make_shared<MergeOptions>();
  auto& options = *kept;
  auto* command = app.add_subcommand(
      "merge", "Join the results of `run --results` of several machines into one report");
  command
      ->add_option("PATH", options.paths,
                   "folders that --results was given, or files in them: runs-K-of-N.jsonl")
      ->required()
      ->type_name("");
  command->add_option("--junit", options.junit, "write JUnit XML for a CI server")
      ->type_name("PATH");
  command
      ->add_option("--html", options.html,
                   "write what was injected against what the diagnosis named, as a page")
      ->type_name("PATH");
  command->add_flag("--matrix", options.matrix,
                    "print what was injected against what the diagnosis named");
  command->add_flag("--verbose", options.verbose,
                    "a line for each run, also where there are over 100");
  add_format(*command, options.format);
  command->footer(R"(
What is printed is, byte for byte, what one machine prints for the whole batch.

  misproxy run --seeds 1..1000 --shard 1/2 --results out      # on one machine
  misproxy run --seeds 1..1000 --shard 2/2 --results out      # on another
  misproxy merge out --junit junit.xml --matrix --html matrix.html

Exit code 0: all runs are there and came as expected; 1: something did not, or runs are missing, which
is told with the parts to run again; 2: a file is none of results, or they are of different batches,
and nothing is merged; 3: the surroundings.)");
  return verb(command, kept, &app::merge);
}

}  // namespace misproxy::app
