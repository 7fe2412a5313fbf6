#include "app/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <map>
#include <sstream>

#include "app/flags.hpp"
#include "app/help_files.hpp"
#include "app/say.hpp"
#include "app/version.hpp"
#include "core/nearest.hpp"
#include "core/utf8.hpp"
#include "pictures/ladder_text.hpp"

namespace misproxy::app {
namespace {

constexpr auto kAbout =
    R"(An explicit HTTP proxy that misbehaves on purpose, the same way every time.

A scenario file says what goes wrong and when; misproxy serves it on loopback, and every
connection leaves a trace of what the client did and what was injected.)";

constexpr auto kLearn = R"(
First steps:
  misproxy list                                the scenarios that come with misproxy
  misproxy list --faults                       all that a scenario of your own can make go wrong
  misproxy show acl-deny-403                   one of them, as text to begin with
  misproxy serve                               a proxy that works; it prints the curl to try
  misproxy serve acl-deny-403 --trace t.jsonl  one that answers 403, and records it
  misproxy trace show t.jsonl                  what happened, for a person
  misproxy trace digest t.jsonl                the same for every run of a scenario and seed
  misproxy exec acl-deny-403 -- COMMAND        a command of yours with such a proxy in its environment
  misproxy lab mtu-black-hole-download         a shell at the appliance, on a real kernel
  misproxy run                                 all scenarios in virtual time, against [expect]
  misproxy run mtu-black-hole-download --capture c.pcapng
  misproxy diagnose c.pcapng curl.log          names what went wrong, from what a client's end left
  misproxy reproduce c.pcapng --out my.toml    the smallest scenario that shows the same
  misproxy merge out                           what several machines made of one batch
  misproxy explain mtu-black-hole              teaches one failure: signs, causes, remedies
  misproxy learn                               a course, with labs and questions
  misproxy exercise                            a hidden fault to find; misproxy answer judges
  misproxy capture text c.pcapng --article     what an engineer would see of it
  misproxy check my.toml                       all that is wrong in a scenario of your own

Exit codes: 0 done, 1 not as expected, or a failure named, 2 bad input (a flag, a scenario, evidence or
settings that cannot be used), 3 the surroundings (a port in use, a file that cannot be read or
written).)";

constexpr std::size_t kMostThreads = 64;

/// The deepest subcommand that the command line names, with its own name for messages.
const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

std::string command_name(const CLI::App& command) {
  if (command.get_parent() == nullptr) return "misproxy";
  return command_name(*command.get_parent()) + " " + command.get_name();
}

/// Every flag, or every subcommand, that could stand where `word` stands.
std::vector<std::string> candidates(const CLI::App& command, bool flags) {
  std::vector<std::string> names;
  if (flags) {
    for (const auto* option : command.get_options()) {
      for (const auto& name : option->get_lnames())
        names.push_back("--" + name);
    }
  } else {
    for (const auto* sub : command.get_subcommands({}))
      names.push_back(sub->get_name());
  }
  return names;
}

std::string unknown_word(const CLI::App& command, const std::string& given) {
  const bool flag = given.starts_with('-');
  const auto word = given.substr(0, given.find('='));
  const auto names = candidates(command, flag);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto close = nearest(word, views);
  const auto hint = close ? fmt::format("; did you mean {}?", *close)
                          : fmt::format("; see {} --help", command_name(command));
  return fmt::format("{}: there is no {} {}{}", command_name(command),
                     flag            ? "flag"
                     : names.empty() ? "further argument"
                                     : "command",
                     word, hint);
}

/// One line for whatever CLI11 found wrong.
std::string sentence(const CLI::App& app, const CLI::ParseError& error) {
  const auto& command = innermost(app);
  const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (required || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const auto extras = app.remaining(true);
    const auto flag = std::find_if(extras.begin(), extras.end(),
                                   [](const auto& extra) { return extra.starts_with('-'); });
    if (!extras.empty())
      return unknown_word(command, flag != extras.end() ? *flag : extras.front());
  }
  if (required) {
    return fmt::format("{}: {}; see {} --help", command_name(command), error.what(),
                       command_name(command));
  }
  return fmt::format("{}: {}", command_name(command), error.what());
}

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

/// As they stand on the command line.
struct ServeTexts {
  std::vector<std::string> listen;
  std::vector<std::string> allow_clients;
  std::optional<std::string> api;
};

void add_serve(CLI::App& app, ServeOptions& options, ServeTexts& texts) {
  auto* serve =
      app.add_subcommand("serve", "Serve scenarios to real clients, each on a port of its own");
  serve
      ->add_option("FILE", options.files,
                   "scenario files, or ids from `misproxy list`; none: allow")
      ->type_name("");
  serve
      ->add_option("--listen", texts.listen,
                   "where the proxy listens; once for each FILE, in their order; "
                   "a free port on 127.0.0.1 where absent")
      ->type_name("HOST:PORT")
      ->check(check_listen)
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  serve
      ->add_option("--allow-client", texts.allow_clients,
                   "who may connect where --listen is not loopback, once for each network; this "
                   "machine always may")
      ->type_name("CIDR")
      ->check(check_prefix)
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  serve
      ->add_option("--api", texts.api,
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
}

void add_trace(CLI::App& app, TraceOptions& options) {
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
}

CLI::Option* add_ladder(CLI::App& text, CaptureOptions& options) {
  auto* ladder = text.add_flag("--ladder", options.ladder,
                               "a ladder diagram of each connection, in characters");
  text.add_option("--columns", options.columns,
                  "how wide the ladder is; as wide as the terminal where absent, or 80")
      ->type_name("N")
      ->check(whole_number(pictures::kLeastColumns, pictures::kMostColumns))
      ->needs(ladder);
  return ladder;
}

void add_capture(CLI::App& app, CaptureOptions& options) {
  auto* capture = app.add_subcommand("capture", "Read a packet capture, pcap or pcapng");
  capture->require_subcommand(1);
  auto* text = capture->add_subcommand("text", "its TCP and ICMP as `TZ=UTC tcpdump -n` prints it");
  text->add_option("FILE", options.file, "a capture")->required()->type_name("");
  text->add_flag("--article", options.article,
                 "to be read: client and proxy by name, numbers from the SYN on, HTTP heads, TLS "
                 "records")
      ->excludes(add_ladder(*text, options));
  const auto draw = [&](const char* name, CaptureOptions::Print print, const char* what) {
    auto* verb = capture->add_subcommand(name, what);
    verb->add_option("FILE", options.file, "a capture")->required()->type_name("");
    verb->callback([&options, print] { options.print = print; });
  };
  draw("html", CaptureOptions::Print::html,
       "a page for a browser: ladder diagrams and time-sequence graphs");
  draw("svg", CaptureOptions::Print::svg, "the ladder diagrams alone, as SVG");
}

}  // namespace

std::function<std::string(const std::string&)> whole_number(std::uint64_t least, std::uint64_t most,
                                                            Unit unit) {
  return [least, most, unit](const std::string& text) -> std::string {
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc{} && stop == end && number >= least && number <= most) return {};
    const auto hint = what_to_write(text, unit, static_cast<std::int64_t>(least),
                                    static_cast<std::int64_t>(most));
    return fmt::format("{} is no whole number from {} to {}{}{}", text, least, most,
                       hint.empty() ? "" : "; ", hint);
  };
}

CLI::Option* add_format(CLI::App& command, Format& format) {
  static const std::map<std::string, Format> words{{"text", Format::text}, {"json", Format::json}};
  return command
      .add_option("--format", format, "what stdout holds: text, or one JSON object a line")
      ->transform([](const std::string& text) {
        if (words.contains(text)) return std::to_string(static_cast<int>(words.at(text)));
        throw CLI::ValidationError(fmt::format("{} is neither text nor json", text));
      })
      ->type_name("text|json");
}

void add_state_dir(CLI::App& command, std::optional<std::string>& state_dir) {
  command
      .add_option("--state-dir", state_dir,
                  "where the CA and its keys are kept; $XDG_STATE_HOME/misproxy or "
                  "~/.local/state/misproxy where absent")
      ->type_name("DIR");
}

CLI::Option* add_no_splice(CLI::App& command, bool& splice) {
  return command.add_flag(
      "!--no-splice", splice,
      "let misproxy see all bytes of tunnels to real upstreams, also where no fault can "
      "act on them any more; otherwise the kernel passes those by itself");
}

CommandLine parse_command_line(int argc, const char* const* argv) {
  CLI::App app{kAbout, "misproxy"};
  app.set_version_flag("--version", version_text, "print the version and what it was built of");
  app.set_help_flag("-h,--help", "print this help");
  app.require_subcommand(0, 1);

  ServeOptions serve;
  CheckOptions check;
  ListOptions list;
  ShowOptions show;
  CaOptions ca;
  TraceOptions trace;
  CaptureOptions capture;
  RunOptions run;
  DiagnoseOptions diagnose;
  AnonymizeOptions anonymize;
  ProbeOptions probe;
  VerdictsOptions verdicts;
  ExplainOptions explain;
  MatrixOptions matrix;
  ExecOptions exec;
  LabOptions lab;
  ReproduceOptions reproduce;
  MergeOptions merge;
  LearnOptions learn;
  ExerciseOptions exercise;
  AnswerOptions answer;
  HelpFiles help_files;
  ServeTexts texts;
  add_serve(app, serve, texts);
  add_exec(app, exec);
  add_lab(app, lab);
  add_run(app, run);
  auto* check_command = app.add_subcommand("check", "Say all that is wrong in scenario files");
  check_command->add_option("PATH", check.paths, "files, or folders to search for *.toml")
      ->required()
      ->type_name("");
  add_format(*check_command, check.format);
  add_list(app, list);
  auto* show_command =
      app.add_subcommand("show", "Print the text of a scenario that comes with misproxy");
  show_command->add_option("ID", show.ids, "an id from `misproxy list`")->required()->type_name("");
  app.add_subcommand("schema",
                     "Print a JSON Schema of scenario files, for editors that complete TOML");
  auto* ca_command = app.add_subcommand(
      "ca",
      "Print the path of this installation's CA certificate, made when first needed, and how long "
      "it holds");
  ca_command->add_option("--ca-out", ca.ca_out, "copy the certificate to PATH too")
      ->type_name("PATH");
  ca_command
      ->add_option("--client-certificate", ca.client_certificate,
                   "issue a client certificate for 90 days, and write it and its key to PATH: curl "
                   "--cert PATH")
      ->type_name("PATH");
  ca_command
      ->add_option("--crl", ca.crl,
                   "write the list of what the CA has revoked, in PEM: curl --crlfile PATH")
      ->type_name("PATH");
  ca_command->add_flag("--renew", ca.renew,
                       "give the CA a new certificate, good for ten years, for the same key");
  add_state_dir(*ca_command, ca.state_dir);
  add_format(*ca_command, ca.format);
  add_trace(app, trace);
  add_capture(app, capture);
  add_diagnose(app, diagnose);
  add_anonymize(app, anonymize);
  add_reproduce(app, reproduce);
  add_probe(app, probe);
  add_verdicts(app, verdicts);
  add_explain(app, explain);
  add_matrix(app, matrix);
  add_merge(app, merge);
  add_learn(app, learn);
  add_exercise(app, exercise);
  add_answer(app, answer);
  help_files.add(app);
  app.footer(kLearn);  // last, for a command takes over what is there when it is added

  try {
    const int left = take_command(argc, argv, "exec", exec.command);
    app.parse(take_command(left, argv, "lab", lab.command), argv);
  } catch (const CLI::Success& help) {
    std::ostringstream text;
    app.exit(help, text, text);
    print(text.str());
    return ExitCode::ok;
  } catch (const CLI::ParseError& error) {
    tell(fmt::format("{}\n", visible(sentence(app, error))));
    return ExitCode::bad_input;
  }

  for (const auto& text : texts.listen)
    serve.listen.push_back(*parse_endpoint(text));
  if (texts.api) serve.api = parse_endpoint(texts.api->empty() ? "127.0.0.1:0" : *texts.api);
  for (const auto& text : texts.allow_clients)
    serve.allow_clients.push_back(*NetworkPrefix::parse(text));
  if (const auto why = refuse_open(serve); !why.empty()) {
    tell(fmt::format("{}\n", visible(why)));
    return ExitCode::bad_input;
  }
  if (const auto done = help_files.perform(app)) return *done;
  if (app.got_subcommand("serve")) return serve;
  if (app.got_subcommand("exec")) return exec;
  if (app.got_subcommand("lab")) return lab;
  if (app.got_subcommand("run")) return run;
  if (app.got_subcommand("check")) return check;
  if (app.got_subcommand("list")) return list;
  if (app.got_subcommand("show")) return show;
  if (app.got_subcommand("schema")) return SchemaOptions{};
  if (app.got_subcommand("ca")) return ca;
  if (app.got_subcommand("trace")) return trace;
  if (app.got_subcommand("capture")) return capture;
  if (app.got_subcommand("diagnose")) return diagnose;
  if (app.got_subcommand("anonymize")) return anonymize;
  if (app.got_subcommand("probe")) return probe;
  if (app.got_subcommand("verdicts")) return verdicts;
  if (app.got_subcommand("explain")) return explain;
  if (app.got_subcommand("matrix")) return matrix;
  if (app.got_subcommand("reproduce")) return reproduce;
  if (app.got_subcommand("merge")) return merge;
  if (app.got_subcommand("learn")) return learn;
  if (app.got_subcommand("exercise")) return exercise;
  if (app.got_subcommand("answer")) return answer;
  tell(app.help());
  return ExitCode::bad_input;
}

}  // namespace misproxy::app
