#include "app/flags.hpp"

namespace misproxy::app {

void add_diagnose(CLI::App& app, DiagnoseOptions& options) {
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
  add_format(*command, options.format);
}

void add_verdicts(CLI::App& app, VerdictsOptions& options) {
  auto* command = app.add_subcommand("verdicts", "List all verdicts that diagnose may give");
  add_format(*command, options.format);
}

void add_explain(CLI::App& app, ExplainOptions& options) {
  auto* command = app.add_subcommand(
      "explain", "Teach one verdict: what it looks like, what causes it, how to fix it");
  command->add_option("ID", options.id, "one of `misproxy verdicts`")->required()->type_name("");
  add_format(*command, options.format);
}

}  // namespace misproxy::app
