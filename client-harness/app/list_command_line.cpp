#include <fmt/format.h>

#include "app/flags.hpp"
#include "app/scenario_options.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {
namespace {

void add_filter(CLI::App& list, ListFilter& filter) {
  list.add_option("--verdict", filter.verdict, "those whose [expect] is this verdict")
      ->type_name("ID");
  list.add_option("--layer", filter.layer, "those of this folder: reply, tunnel, transfer ...")
      ->type_name("NAME");
  list.add_option_function<std::string>(
          "--world",
          [&filter](const std::string& text) {
            if (text != "live" && text != "virtual")
              throw CLI::ValidationError(fmt::format("{} is neither live nor virtual", text));
            filter.world =
                text == "live" ? RunOptions::WorldChoice::live : RunOptions::WorldChoice::virtual_;
          },
          "those that this world can play")
      ->type_name("live|virtual");
  list.add_option("--search", filter.search,
                  "those that hold each of these words, in quotes where there are several")
      ->type_name("WORDS");
}

}  // namespace

Verb list_verb(CLI::App& app) {
  const auto kept = std::make_shared<ListOptions>();
  auto& options = *kept;
  auto* list = app.add_subcommand("list", "List scenarios with their titles");
  list->add_option("PATH", options.paths, "files or folders; none: those that come with misproxy")
      ->type_name("");
  auto* faults = list->add_flag(
      "--faults", options.faults,
      "instead, all that a [[fault]] can say: triggers, points and deeds, and which may act where");
  faults->excludes("PATH");
  auto* clients = list->add_flag(
      "--clients", options.clients,
      "instead, the real clients that `run --client` and `matrix` know, and which are here");
  clients->excludes("PATH")->excludes(faults);
  add_filter(*list, options.filter);
  for (const auto* flag : {"--verdict", "--layer", "--world", "--search"}) {
    faults->excludes(flag);
    clients->excludes(flag);
  }
  add_format(*list, options.format);
  return verb(list, kept, &app::list);
}

}  // namespace misproxy::app
