#include <limits>

#include "app/exec_options.hpp"
#include "app/flags.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb exec_verb(CLI::App& app) {
  const auto kept = std::make_shared<ExecOptions>();
  auto& options = *kept;
  auto* exec = app.add_subcommand(
      "exec", "Serve a scenario to one command, which finds the proxy in its environment");
  exec->add_option(
          "SCENARIO", options.scenario,
          "a scenario file, or an id from `misproxy list`; behind it -- COMMAND [ARGUMENT...]")
      ->required()
      ->type_name("");
  exec->add_option("--seed", options.seed, "what every random choice comes from; 1 where absent")
      ->type_name("N")
      ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
  exec->add_option(
          "--bundle", options.bundle,
          "a folder for what is left of it: scenario, trace, capture, report, and what the "
          "command was told to trust; a new one below $TMPDIR where absent")
      ->type_name("DIR");
  add_state_dir(*exec, options.state_dir);
  exec->footer(R"(
The command gets http_proxy, https_proxy and all_proxy (in both cases), no exceptions from the proxy,
and the CA by the variables that OpenSSL, curl, Python, Node, git, Java and others know; as well as
MISPROXY_PROXY_URL, MISPROXY_URL, MISPROXY_CA and MISPROXY_BUNDLE. Its streams are misproxy's own.
When it ends, so does the proxy; when misproxy is ended, or what has started it ends, the command and
all that it has started end too. The verdict goes to stderr.

Exit code: the command's own; 128 and the number of the signal that ended it; 126 and 127 where it
cannot be started, as a shell has it; 2 and 3 as misproxy's, where it was not tried.

  misproxy exec acl-deny-403 -- curl -sS https://tools.cisco.com/
  misproxy exec my.toml -- pytest tests/update)");
  auto made = verb(exec, kept, &app::exec);
  made.behind_dashes = &options.command;
  return made;
}

}  // namespace misproxy::app
