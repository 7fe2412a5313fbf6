#include "app/flags.hpp"
#include "app/probe_options.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {
namespace {

constexpr std::uint64_t kLongest = 24ULL * 3600 * 1000;  // ms

void add_credentials(CLI::App& command, ProbeOptions& options) {
  auto* user =
      command.add_option("--user", options.user, "for the proxy; or in its URL")->type_name("NAME");
  command.add_option("--password", options.password, "for the proxy; or in its URL")
      ->type_name("TEXT")
      ->needs(user);
}

}  // namespace

Verb probe_verb(CLI::App& app) {
  const auto kept = std::make_shared<ProbeOptions>();
  auto& options = *kept;
  auto* command = app.add_subcommand(
      "probe", "Reach a URL through any proxy as the FMC does, and say what fails and why");
  command
      ->add_option("--proxy", options.proxy,
                   "the proxy: http://[USER:PASSWORD@]HOST:PORT; of --config where absent")
      ->type_name("URL");
  command->add_option("--url", options.url, "what to ask for: https://HOST[:PORT][/PATH]")
      ->required()
      ->type_name("URL");
  command
      ->add_option("--config", options.config,
                   "the FMC's /etc/sf/iprep_proxy.conf, to be checked, and used without --proxy")
      ->type_name("FILE");
  add_credentials(*command, options);
  command->add_option("--ca", options.ca, "PEM: whom to trust; the system's CAs where absent")
      ->type_name("FILE");
  command
      ->add_option("--timeout", options.timeout_ms,
                   "of the whole attempt; 300000 ms where absent, and less for each step")
      ->type_name("MS")
      ->check(whole_number(1, kLongest, Unit::ms));
  command->add_option("--log", options.log, "keep the client's log, in the form of curl -v")
      ->type_name("PATH");
  add_format(*command, options.format);
  command->footer(R"(
Settings first, a line each; then each step as it is done; then the verdict, as of `misproxy diagnose`.
One attempt, no redirect is followed. With --format json stdout holds one object, and the lines go to
stderr. Exit code 0: it works; 1: a failure is named; 2: settings with which it cannot be tried.)");
  return verb(command, kept, &app::probe);
}

}  // namespace misproxy::app
