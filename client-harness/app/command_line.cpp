#include "app/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "app/say.hpp"
#include "app/verbs.hpp"
#include "app/version.hpp"
#include "core/nearest.hpp"
#include "core/utf8.hpp"

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

/// The words behind `misproxy VERB ... --` are another program's: takes them for the verb, and
/// returns how many are left for CLI11, which would look for flags among them.
int take_behind_dashes(int argc, const char* const* argv, const Verb& verb) {
  const auto* const* end = argv + argc;
  if (verb.behind_dashes == nullptr || argc < 2 || argv[1] != verb.command->get_name()) return argc;
  const auto* const* mark = std::find(argv, end, std::string_view("--"));
  if (mark == end) return argc;
  verb.behind_dashes->assign(mark + 1, end);
  return static_cast<int>(mark - argv);
}

}  // namespace

ExitCode perform_command_line(int argc, const char* const* argv) {
  CLI::App app{kAbout, "misproxy"};
  app.set_version_flag("--version", version_text, "print the version and what it was built of");
  app.set_help_flag("-h,--help", "print this help");
  app.require_subcommand(0, 1);
  std::vector<Verb> verbs;
  for (const auto describe : kVerbs)
    verbs.push_back(describe(app));
  app.footer(kLearn);  // last, for a command takes over what is there when it is added

  try {
    int left = argc;
    for (const auto& each : verbs)
      left = take_behind_dashes(left, argv, each);
    app.parse(left, argv);
  } catch (const CLI::Success& help) {
    std::ostringstream text;
    app.exit(help, text, text);
    print(text.str());
    return ExitCode::ok;
  } catch (const CLI::ParseError& error) {
    tell(fmt::format("{}\n", visible(sentence(app, error))));
    return ExitCode::bad_input;
  }

  for (const auto& each : verbs) {
    if (app.got_subcommand(each.command)) return each.perform();
  }
  tell(app.help());
  return ExitCode::bad_input;
}

}  // namespace misproxy::app
