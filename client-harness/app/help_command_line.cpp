#include <filesystem>

#include "app/completion.hpp"
#include "app/man_page.hpp"
#include "app/record_file.hpp"
#include "app/say.hpp"
#include "app/verbs.hpp"
#include "live/files.hpp"

namespace misproxy::app {
namespace {

ExitCode write_pages(const CommandEntry& program, const std::optional<std::string>& folder) {
  const auto pages = man_pages(program);
  if (!folder) {
    print(pages.front().text);
    return ExitCode::ok;
  }
  if (const auto why = refuse_folder(folder); !why.empty())
    return complain(ExitCode::environment, why);
  for (const auto& page : pages) {
    const auto path = std::filesystem::path(*folder) / (page.name + ".1");
    if (const auto why = live::write_file(path, page.text); !why.empty())
      return complain(ExitCode::environment, why);
  }
  return ExitCode::ok;
}

ExitCode write_completion(const CommandEntry& program, const std::string& shell) {
  print(completion_script(program, *parse_word<Shell>(shell)));
  return ExitCode::ok;
}

}  // namespace

Verb completion_verb(CLI::App& app) {
  const auto shell = std::make_shared<std::string>();
  auto* completion =
      app.add_subcommand("completion", "Print a script by which a shell completes this program");
  completion->add_option("SHELL", *shell, "whose")
      ->required()
      ->type_name("bash|zsh|fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer(
      "\n  misproxy completion bash > ~/.local/share/bash-completion/completions/misproxy\n"
      "  misproxy completion zsh > _misproxy              # in a folder of $fpath\n"
      "  misproxy completion fish > ~/.config/fish/completions/misproxy.fish");
  return {completion, [&app, shell] { return write_completion(tree_of(app), *shell); }};
}

Verb man_verb(CLI::App& app) {
  const auto out = std::make_shared<std::optional<std::string>>();
  auto* man = app.add_subcommand("man", "Print this program's manual page, or write all of them");
  man->add_option("--out", *out, "a folder for misproxy.1 and a page a command")->type_name("DIR");
  man->footer("\n  misproxy man | man -l -");
  return {man, [&app, out] { return write_pages(tree_of(app), *out); }};
}

}  // namespace misproxy::app
