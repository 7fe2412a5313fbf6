#include <limits>

#include "app/flags.hpp"
#include "app/reproduce_options.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb reproduce_verb(CLI::App& app) {
  const auto kept = std::make_shared<ReproduceOptions>();
  auto& options = *kept;
  auto* command = app.add_subcommand(
      "reproduce", "Make the smallest scenario that shows what the evidence of an incident shows");
  command->add_option("FILE", options.files, "evidence, as of diagnose; - for standard input")
      ->required()
      ->type_name("");
  command
      ->add_option(
          "--out", options.out,
          "the scenario's file; of several, each has its verdict behind the name: "
          "my-truncated.toml. Absent, the first one goes to stdout, and the rest of what is "
          "said to stderr")
      ->type_name("PATH");
  command
      ->add_option("--connection", options.connection,
                   "the Nth that `misproxy diagnose` lists, in the place of the incident")
      ->type_name("N")
      ->check(whole_number(1, std::numeric_limits<std::int64_t>::max()));
  command->add_flag("--keep-names", options.keep_names,
                    "hosts, addresses, headers and bodies as the evidence has them; credentials, "
                    "cookies and tokens never");
  add_format(*command, options.format);
  command->footer(R"(
The evidence is diagnosed, a scenario is built from what it shows, played in virtual time, and its own
evidence is diagnosed: the verdict has to be the same. Then all is left out without which it stays so.
It says what agrees, what differs, what was assumed, and how a real client plays it. Where the evidence
is ambiguous there is a scenario for each alternative; where it shows several failures, for each.

  misproxy reproduce c.pcapng curl.log --out my.toml
  misproxy run my.toml
  misproxy serve my.toml

Exit code 0: a scenario is made; 1: the evidence is healthy, or no scenario shows it; 2: a file cannot
be used; 3: the scenario cannot be written.)");
  return verb(command, kept, &app::reproduce);
}

}  // namespace misproxy::app
