#include "app/diagnose_options.hpp"
#include "app/flags.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb diagnose_verb(CLI::App& app) {
  const auto kept = std::make_shared<DiagnoseOptions>();
  auto& options = *kept;
  auto* command = app.add_subcommand(
      "diagnose", "Name what went wrong, from captures, logs and settings of one incident");
  command->footer(R"(
FILE is a packet capture (pcap, pcapng), tcpdump's text, a log of curl -v, of curl --trace-ascii or of
wget, iprep_proxy.conf, netstat -na or ss -tan; its content tells which. Files given together are read
together. Exit code 0: nothing failed; 1: a failure is named, or the evidence does not tell; 2: a file
cannot be used.)");
  command->add_option("FILE", options.files, "evidence; - for standard input")
      ->required()
      ->type_name("");
  command
      ->add_option("--html", options.html,
                   "write a page for a browser too: ladder diagram, time-sequence graphs, and the "
                   "evidence")
      ->type_name("PATH");
  command->add_option("--svg", options.svg, "write the ladder diagram alone, as SVG")
      ->type_name("PATH");
  add_format(*command, options.format);
  return verb(command, kept, &app::diagnose);
}

Verb anonymize_verb(CLI::App& app) {
  const auto kept = std::make_shared<AnonymizeOptions>();
  auto& options = *kept;
  auto* command = app.add_subcommand(
      "anonymize", "Write evidence that may be shared: with other addresses, names and bodies");
  command->footer(R"(
Addresses, hosts' and users' names, tokens, cookies, credentials and bodies give way to others, the same in
all FILEs given together; times, sizes and TCP's numbers stay, and so must the verdict, which is looked at.
Read what is written before you share it: no program knows every name. Exit code 0: the verdict is the same;
1: it is another one, which is told; 2: a file cannot be used; 3: DIR cannot be written to.)");
  command->add_option("FILE", options.files, "evidence, as for `misproxy diagnose`")
      ->required()
      ->type_name("");
  command->add_option("--out", options.out, "the folder to write to; made if need be")
      ->required()
      ->type_name("DIR");
  add_format(*command, options.format);
  return verb(command, kept, &app::anonymize);
}

Verb verdicts_verb(CLI::App& app) {
  const auto kept = std::make_shared<VerdictsOptions>();
  auto& options = *kept;
  auto* command = app.add_subcommand("verdicts", "List all verdicts that diagnose may give");
  add_format(*command, options.format);
  return verb(command, kept, &app::verdicts);
}

Verb explain_verb(CLI::App& app) {
  const auto kept = std::make_shared<ExplainOptions>();
  auto& options = *kept;
  auto* command = app.add_subcommand(
      "explain", "Teach one verdict: what it looks like, what causes it, how to fix it");
  command->add_option("ID", options.id, "one of `misproxy verdicts`")->required()->type_name("");
  add_format(*command, options.format);
  return verb(command, kept, &app::explain);
}

}  // namespace misproxy::app
