#include "app/ca_options.hpp"
#include "app/flags.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb ca_verb(CLI::App& app) {
  const auto kept = std::make_shared<CaOptions>();
  auto& options = *kept;
  auto* command = app.add_subcommand(
      "ca",
      "Print the path of this installation's CA certificate, made when first needed, and how long "
      "it holds");
  command->add_option("--ca-out", options.ca_out, "copy the certificate to PATH too")
      ->type_name("PATH");
  command
      ->add_option("--client-certificate", options.client_certificate,
                   "issue a client certificate for 90 days, and write it and its key to PATH: curl "
                   "--cert PATH")
      ->type_name("PATH");
  command
      ->add_option("--crl", options.crl,
                   "write the list of what the CA has revoked, in PEM: curl --crlfile PATH")
      ->type_name("PATH");
  command->add_flag("--renew", options.renew,
                    "give the CA a new certificate, good for ten years, for the same key");
  add_state_dir(*command, options.state_dir);
  add_format(*command, options.format);
  return verb(command, kept, &app::ca);
}

}  // namespace misproxy::app
