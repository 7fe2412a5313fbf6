#include <fmt/format.h>

#include <limits>

#include "app/flags.hpp"
#include "app/say.hpp"
#include "app/serve_options.hpp"
#include "app/verbs.hpp"
#include "core/utf8.hpp"

namespace misproxy::app {
namespace {

constexpr std::size_t kMostThreads = 64;

/// An address of this machine's and a port.
std::string check_listen(const std::string& text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint)
    return fmt::format("{} is no HOST:PORT, such as 127.0.0.1:3128, or port 0 for a free one",
                       text);
  if (!is_loopback(endpoint->host) && !is_address(endpoint->host)) {
    return fmt::format(
        "{} is no address; misproxy listens on an address of 127.0.0.0/8, on [::1] or localhost, "
        "or with --allow-client on another of this machine's addresses",
        endpoint->host);
  }
  return {};
}

std::string check_prefix(const std::string& text) {
  if (NetworkPrefix::parse(text)) return {};
  return fmt::format("{} is no address and no CIDR prefix, such as 10.40.0.0/16 or 2001:db8::/32",
                     text);
}

/// Beyond loopback others can reach it: misproxy is no open relay.
std::string refuse_open(const ServeOptions& options) {
  if (!options.allow_clients.empty()) return {};
  auto all = options.listen;
  if (options.api) all.push_back(*options.api);
  for (const auto& listen : all) {
    if (is_loopback(listen.host)) continue;
    return fmt::format(
        "misproxy serve: {}: {} is not loopback: say who may connect with --allow-client CIDR, "
        "such "
        "as --allow-client 10.40.0.0/16",
        listen == all.back() && options.api ? "--api" : "--listen", listen.text());
  }
  return {};
}

/// Addresses as they stand on the command line, beside what needs no reading.
struct ServeFlags {
  ServeOptions options;
  std::vector<std::string> listen;
  std::vector<std::string> allow_clients;
  std::optional<std::string> api;
};

ExitCode serve_as_said(const ServeFlags& flags) {
  auto options = flags.options;
  for (const auto& text : flags.listen)
    options.listen.push_back(*parse_endpoint(text));
  if (flags.api) options.api = parse_endpoint(flags.api->empty() ? "127.0.0.1:0" : *flags.api);
  for (const auto& text : flags.allow_clients)
    options.allow_clients.push_back(*NetworkPrefix::parse(text));
  if (const auto why = refuse_open(options); !why.empty()) {
    tell(fmt::format("{}\n", visible(why)));
    return ExitCode::bad_input;
  }
  return serve(options);
}

}  // namespace

Verb serve_verb(CLI::App& app) {
  const auto kept = std::make_shared<ServeFlags>();
  auto& options = kept->options;
  auto* serve =
      app.add_subcommand("serve", "Serve scenarios to real clients, each on a port of its own");
  serve
      ->add_option("FILE", options.files,
                   "scenario files, or ids from `misproxy list`; none: allow")
      ->type_name("");
  serve
      ->add_option("--listen", kept->listen,
                   "where the proxy listens; once for each FILE, in their order; "
                   "a free port on 127.0.0.1 where absent")
      ->type_name("HOST:PORT")
      ->check(check_listen)
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  serve
      ->add_option("--allow-client", kept->allow_clients,
                   "who may connect where --listen is not loopback, once for each network; this "
                   "machine always may")
      ->type_name("CIDR")
      ->check(check_prefix)
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  serve
      ->add_option("--api", kept->api,
                   "serve an HTTP API too, by which programs make proxies and look at them; "
                   "127.0.0.1:0 where nothing is said; FILEs are none then, unless they are named")
      ->type_name("HOST:PORT")
      ->expected(0, 1)
      ->default_str("127.0.0.1:0")
      ->check(check_listen);
  serve
      ->add_option(
          "--ready-file", options.ready_file,
          "written once all ports are open, and not there before or after: a JSON line a scenario "
          "with proxy, origins, ca, pid")
      ->type_name("PATH");
  serve->add_option("--trace", options.trace, "record every event, a JSON line each")
      ->type_name("PATH");
  serve
      ->add_option("--capture", options.capture,
                   "record what the sockets do as packets: pcapng with TLS secrets, an interface a "
                   "scenario")
      ->type_name("PATH");
  serve->add_flag("!--no-comments", options.comments,
                  "a capture that does not tell what was injected: no comment, and interfaces "
                  "without names of scenarios");
  serve->add_flag("--drop-when-slow", options.drop_when_slow,
                  "where trace or capture go to a pipe that is read too slowly: leave out, and "
                  "count, what has no room; otherwise the connection waits that it is of");
  add_no_splice(*serve, options.splice);
  serve->add_option("--ca-out", options.ca_out, "copy the CA certificate, for clients to trust")
      ->type_name("PATH");
  add_state_dir(*serve, options.state_dir);
  serve->add_option("--seed", options.seed, "what every random choice comes from; 1 where absent")
      ->type_name("N")
      ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
  serve->add_option("--threads", options.threads, "threads that serve; 1 where absent")
      ->type_name("N")
      ->check(whole_number(1, kMostThreads));
  serve
      ->add_option("--exit-after", options.exit_after, "end after N client connections have closed")
      ->type_name("N")
      ->check(whole_number(1, std::numeric_limits<std::int64_t>::max()));
  serve->add_flag("--exit-with-parent", options.exit_with_parent,
                  "end when the process that has started this one ends");
  serve
      ->add_option_function<std::string>(
          "--world", [&options](const std::string& text) { options.lab = text == "lab"; },
          "live: the proxy stands on this machine; lab: behind a wire of its own, where faults of "
          "the path act (one scenario; trace and capture are written at its end)")
      ->type_name("live|lab")
      ->check(CLI::IsMember({"live", "lab"}));
  add_format(*serve, options.format);
  serve->footer(
      "\nStderr: first the curl command to paste, then a line an event. Ctrl-C ends it; trace and "
      "capture\nare complete, and readable while they grow. With --format json stdout holds a "
      "ready line a "
      "scenario, then\na line an event, as --trace records it. A PATH of - is stdout.\nOnly hosts "
      "that an [[origin]] of the "
      "scenario names are served; all others get "
      "403.");
  return verb(serve, kept, &serve_as_said);
}

}  // namespace misproxy::app
