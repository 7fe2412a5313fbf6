#include "app/flags.hpp"
#include "app/scenario_options.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb check_verb(CLI::App& app) {
  const auto kept = std::make_shared<CheckOptions>();
  auto* command = app.add_subcommand("check", "Say all that is wrong in scenario files");
  command->add_option("PATH", kept->paths, "files, or folders to search for *.toml")
      ->required()
      ->type_name("");
  add_format(*command, kept->format);
  return verb(command, kept, &app::check);
}

Verb show_verb(CLI::App& app) {
  const auto kept = std::make_shared<ShowOptions>();
  auto* command =
      app.add_subcommand("show", "Print the text of a scenario that comes with misproxy");
  command->add_option("ID", kept->ids, "an id from `misproxy list`")->required()->type_name("");
  return verb(command, kept, &app::show);
}

Verb schema_verb(CLI::App& app) {
  const auto* command = app.add_subcommand(
      "schema", "Print a JSON Schema of scenario files, for editors that complete TOML");
  return verb(command, std::make_shared<SchemaOptions>(), &app::schema);
}

}  // namespace misproxy::app
