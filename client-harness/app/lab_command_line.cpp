#include <limits>

#include "app/flags.hpp"
#include "app/lab_options.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb lab_verb(CLI::App& app) {
  const auto kept = std::make_shared<LabOptions>();
  auto& options = *kept;
  auto* lab = app.add_subcommand(
      "lab", "Sit down at the appliance of a scenario: a shell, or one command, on a real kernel");
  lab->add_option("SCENARIO", options.scenario,
                  "a scenario file, or an id from `misproxy list`; behind it -- COMMAND "
                  "[ARGUMENT...], else a shell")
      ->required()
      ->type_name("");
  lab->add_option("--seed", options.seed, "what every random choice comes from; 1 where absent")
      ->type_name("N")
      ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
  lab->add_option("--capture", options.capture, "what passes the wire: pcapng with TLS secrets")
      ->type_name("PATH");
  add_capture_at(*lab, options.capture_at, "whose ends of the links --capture is taken at");
  lab->add_flag("!--no-comments", options.comments,
                "a capture that does not tell what was injected: no comment in it");
  add_state_dir(*lab, options.state_dir);
  lab->footer(R"(
The shell is the FMC's, 10.40.40.1, as the scenario has it; the proxy and the origins are hosts of their
own, each with the kernel's TCP, and between them stands the wire on which faults of the path act. Real
tools see it all: curl -v -x http://10.10.10.1:80 https://tools.cisco.com, netstat -na, tcpdump -ni eth0,
ping -M do -s 1472 10.10.10.1, nslookup, openssl s_client -proxy. The CA is trusted by the variables that
OpenSSL, curl, Python and others know; MISPROXY_PROXY_URL, MISPROXY_URL and MISPROXY_CA say where.
No root is needed, nothing outside can be reached, and nothing is left. The verdict goes to stderr.

Exit code: the command's own; 128 and the number of the signal that ended it; 126 and 127 where it
cannot be started; 2 and 3 as misproxy's, where it was not tried.

  misproxy lab mtu-black-hole-download
  misproxy lab acl-deny-403 -- curl -sS -x http://10.10.10.1:80 https://tools.cisco.com/)");
  auto made = verb(lab, kept, &app::lab);
  made.behind_dashes = &options.command;
  return made;
}

}  // namespace misproxy::app
