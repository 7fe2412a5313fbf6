#include "app/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace misproxy::app {
namespace {

CommandArgument argument_of(const CLI::Option& option) {
  CommandArgument made;
  made.by_place = option.get_positional();
  made.required = option.get_required();
  made.repeated = option.get_expected_max() > 1;
  made.what = option.get_description();
  if (made.by_place) {
    made.names = {option.get_name(true)};
    made.value = option.get_type_name();
    return made;
  }
  for (const auto& name : option.get_snames())
    made.names.push_back("-" + name);
  for (const auto& name : option.get_lnames())
    made.names.push_back("--" + name);
  if (option.get_expected_max() > 0 && option.get_items_expected_max() > 0)
    made.value = option.get_type_name();
  return made;
}

CommandEntry entry_of(const CLI::App& app, const std::string& above) {
  CommandEntry entry;
  entry.name = app.get_name();
  entry.path = above.empty() ? entry.name : above + " " + entry.name;
  entry.what = app.get_description();
  entry.footer = app.get_footer();
  for (const auto* option : app.get_options())
    entry.arguments.push_back(argument_of(*option));
  for (const auto* command : app.get_subcommands({}))
    entry.commands.push_back(entry_of(*command, entry.path));
  return entry;
}

bool is_plain(const std::string& word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

std::vector<std::string> CommandArgument::words() const {
  std::vector<std::string> all;
  if (value.find('|') == std::string::npos) return all;
  for (std::size_t at = 0; at <= value.size();) {
    const auto end = std::min(value.find('|', at), value.size());
    const auto word = value.substr(at, end - at);
    if (is_plain(word)) all.push_back(word);
    at = end + 1;
  }
  return all;
}

CommandEntry tree_of(const CLI::App& app) { return entry_of(app, ""); }

}  // namespace misproxy::app
