#include "app/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

namespace misproxy::app {
namespace {

/// What stands behind a flag, or in a place.
enum class Kind { nothing, words, files, folders, scenarios, verdicts };

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Kind kind_of(const CommandArgument& each) {
  if (holds(each.what, "misproxy list")) return Kind::scenarios;
  if (holds(each.what, "misproxy verdicts")) return Kind::verdicts;
  if (!each.words().empty()) return Kind::words;
  if (each.value == "DIR") return Kind::folders;
  if (each.value == "PATH" || (each.by_place && each.value.empty())) return Kind::files;
  return Kind::nothing;
}

bool takes_value(const CommandArgument& each) { return each.by_place || !each.value.empty(); }

void each_command(const CommandEntry& entry,
                  const std::function<void(const CommandEntry&)>& visit) {
  visit(entry);
  for (const auto& below : entry.commands)
    each_command(below, visit);
}

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::vector<std::string> flags_of(const CommandEntry& entry) {
  std::vector<std::string> all;
  for (const auto& each : entry.arguments) {
    if (!each.by_place) all.insert(all.end(), each.names.begin(), each.names.end());
  }
  return all;
}

std::vector<std::string> names_of(const std::vector<CommandEntry>& commands) {
  std::vector<std::string> names;
  for (const auto& each : commands)
    names.push_back(each.name);
  return names;
}

// --- bash

constexpr auto kIds =
    R"sh(_misproxy_scenarios() { misproxy list 2>/dev/null | sed -n 's/^  \([a-z0-9-]*\) .*/\1/p'; }
_misproxy_verdicts() { misproxy verdicts 2>/dev/null | sed -n 's/^\([a-z0-9-]*\) .*/\1/p'; }
)sh";

std::string bash_value(const CommandArgument& each) {
  switch (kind_of(each)) {
    case Kind::words:
      return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))",
                         fmt::join(each.words(), " "));
    case Kind::files:
      return "COMPREPLY=($(compgen -f -- \"$cur\"))";
    case Kind::folders:
      return "COMPREPLY=($(compgen -d -- \"$cur\"))";
    case Kind::scenarios:
      return "COMPREPLY=($(compgen -W \"$(_misproxy_scenarios)\" -- \"$cur\") $(compgen -f -- "
             "\"$cur\"))";
    case Kind::verdicts:
      return "COMPREPLY=($(compgen -W \"$(_misproxy_verdicts)\" -- \"$cur\"))";
    case Kind::nothing:
      break;
  }
  return "COMPREPLY=()";
}

/// By the command that has been typed so far, and the word before the one at the cursor.
std::string bash_case(const CommandEntry& entry) {
  std::string text;
  for (const auto& each : entry.arguments) {
    if (each.by_place || !takes_value(each)) continue;
    text += fmt::format("    '{} '{}) {}; return ;;\n", entry.path,
                        fmt::join(each.names, fmt::format("|'{} '", entry.path)), bash_value(each));
  }
  return text;
}

std::string bash_places(const CommandEntry& entry) {
  auto words = names_of(entry.commands);
  const auto flags = flags_of(entry);
  auto text = fmt::format(
      "    '{}')\n      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '{}' "
      "-- \"$cur\"))\n",
      entry.path, fmt::join(flags, " "));
  const auto place = std::ranges::find_if(entry.arguments, &CommandArgument::by_place);
  if (!words.empty())
    text += fmt::format("      else COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n",
                        fmt::join(words, " "));
  else if (place != entry.arguments.end())
    text += fmt::format("      else {}\n", bash_value(*place));
  return text + "      fi ;;\n";
}

std::string bash(const CommandEntry& program) {
  std::string values;
  std::string places;
  std::string steps;
  each_command(program, [&](const CommandEntry& entry) {
    values += bash_case(entry);
    places += bash_places(entry);
    for (const auto& below : entry.commands)
      steps += fmt::format("      '{} {}') path='{}' ;;\n", entry.path, below.name, below.path);
  });
  return fmt::format(R"sh(# bash completion of misproxy; made by `misproxy completion bash`
{}
_misproxy() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} path=misproxy i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case "$path ${{COMP_WORDS[i]}}" in
{}    esac
  done
  compopt -o filenames 2>/dev/null
  case "$path $prev" in
{}  esac
  case $path in
{}  esac
}}
complete -F _misproxy misproxy
)sh",
                     kIds, steps, values, places);
}

// --- zsh

/// `[` and `]` end a description, `:` a part.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_value(const CommandArgument& each) {
  switch (kind_of(each)) {
    case Kind::words:
      return fmt::format("({})", fmt::join(each.words(), " "));
    case Kind::files:
      return "_files";
    case Kind::folders:
      return "_files -/";
    case Kind::scenarios:
      return "_misproxy_files_or_scenarios";
    case Kind::verdicts:
      return "_misproxy_any_verdict";
    case Kind::nothing:
      break;
  }
  return " ";
}

std::string zsh_arguments(const CommandEntry& entry) {
  std::string text;
  for (const auto& each : entry.arguments) {
    if (each.by_place) {
      text += fmt::format(" {}",
                          in_quotes(fmt::format("*:{}:{}", each.names.front(), zsh_value(each))));
      continue;
    }
    for (const auto& name : each.names) {
      const auto value =
          takes_value(each) ? fmt::format(":{}:{}", zsh_text(each.value), zsh_value(each)) : "";
      text +=
          fmt::format(" {}", in_quotes(fmt::format("{}[{}]{}", name, zsh_text(each.what), value)));
    }
  }
  return text;
}

std::string function_of(std::string path) {
  std::ranges::replace(path, ' ', '_');
  std::ranges::replace(path, '-', '_');
  return "_" + path + "_command";
}

std::string zsh_function(const CommandEntry& entry) {
  auto text = fmt::format("{}() {{\n", function_of(entry.path));
  if (entry.commands.empty())
    return text + fmt::format("  _arguments -s{}\n}}\n", zsh_arguments(entry));
  std::string described;
  std::string chosen;
  for (const auto& each : entry.commands) {
    described +=
        fmt::format(" {}", in_quotes(fmt::format("{}:{}", each.name, zsh_text(each.what))));
    chosen += fmt::format("      {}) {} ;;\n", each.name, function_of(each.path));
  }
  return text + fmt::format(R"sh(  local line state
  local -a commands=({})
  _arguments -C -s{} '1:command:->command' '*::argument:->rest'
  case $state in
    command) _describe command commands ;;
    rest) case $line[1] in
{}    esac ;;
  esac
}}
)sh",
                            described, zsh_arguments(entry), chosen);
}

std::string zsh(const CommandEntry& program) {
  auto text = fmt::format(R"sh(#compdef misproxy
# made by `misproxy completion zsh`
{}_misproxy_files_or_scenarios() {{ _alternative 'ids:scenario:($(_misproxy_scenarios))' 'files:file:_files'; }}
_misproxy_any_verdict() {{ compadd $(_misproxy_verdicts); }}
)sh",
                          kIds);
  each_command(program, [&](const CommandEntry& entry) { text += zsh_function(entry); });
  return text + function_of(program.path) + " \"$@\"\n";
}

// --- fish

std::string fish_value(const CommandArgument& each) {
  switch (kind_of(each)) {
    case Kind::words:
      return fmt::format(" -xa {}", in_quotes(fmt::format("{}", fmt::join(each.words(), " "))));
    case Kind::files:
      return " -rF";
    case Kind::folders:
      return " -xa '(__fish_complete_directories)'";
    case Kind::scenarios:
      return " -rFa '(__misproxy_scenarios)'";
    case Kind::verdicts:
      return " -xa '(__misproxy_verdicts)'";
    case Kind::nothing:
      break;
  }
  return " -x";
}

/// True where the words typed so far lead to this command.
std::string fish_condition(const CommandEntry& entry) {
  const auto words = entry.path.substr(std::min(entry.path.find(' ') + 1, entry.path.size()));
  if (!holds(entry.path, " ")) return "__fish_use_subcommand";
  std::string all;
  for (std::size_t at = 0; at <= words.size();) {
    const auto end = std::min(words.find(' ', at), words.size());
    all += fmt::format("{}__fish_seen_subcommand_from {}", all.empty() ? "" : "; and ",
                       words.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

std::string fish_flag(const CommandArgument& each, const std::string& condition) {
  std::string names;
  for (const auto& name : each.names)
    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  return fmt::format("complete -c misproxy -n {}{}{} -d {}\n", in_quotes(condition), names,
                     takes_value(each) ? fish_value(each) : "", in_quotes(each.what));
}

std::string fish(const CommandEntry& program) {
  std::string text = R"sh(# fish completion of misproxy; made by `misproxy completion fish`
function __misproxy_scenarios
    misproxy list 2>/dev/null | string replace -rf '^  ([a-z0-9-]+) .*' '$1'
end
function __misproxy_verdicts
    misproxy verdicts 2>/dev/null | string replace -rf '^([a-z0-9-]+) .*' '$1'
end
)sh";
  each_command(program, [&](const CommandEntry& entry) {
    const auto condition = fish_condition(entry);
    for (const auto& below : entry.commands)
      text += fmt::format("complete -c misproxy -n {} -fa {} -d {}\n", in_quotes(condition),
                          below.name, in_quotes(below.what));
    for (const auto& each : entry.arguments) {
      if (!each.by_place)
        text += fish_flag(each, condition);
      else
        text +=
            fmt::format("complete -c misproxy -n {}{}\n", in_quotes(condition), fish_value(each));
    }
  });
  return text;
}

}  // namespace

std::string completion_script(const CommandEntry& program, Shell shell) {
  switch (shell) {
    case Shell::bash:
      return bash(program);
    case Shell::zsh:
      return zsh(program);
    case Shell::fish:
      return fish(program);
  }
  return {};
}

}  // namespace misproxy::app
