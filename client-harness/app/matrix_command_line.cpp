#include "app/flags.hpp"
#include "app/matrix_options.hpp"
#include "app/verbs.hpp"

namespace misproxy::app {

Verb matrix_verb(CLI::App& app) {
  const auto kept = std::make_shared<MatrixOptions>();
  auto& options = *kept;
  auto* matrix = app.add_subcommand(
      "matrix", "Run scenarios with real clients, all with all, and tell which of them lie");
  matrix
      ->add_option("NAME", options.names,
                   "clients of `misproxy list --clients`, and scenarios: ids, files or folders; "
                   "without the ones or the others, all of them")
      ->type_name("");
  matrix->add_option("-j,--jobs", options.jobs, "clients at once; 8 where absent")
      ->type_name("N")
      ->check(whole_number(1, 64));
  matrix
      ->add_option("--out", options.out,
                   "a folder for index.html, matrix.md, matrix.json, and each run's log and trace")
      ->type_name("DIR");
  matrix
      ->add_option("--compare", options.compare,
                   "an earlier matrix.json: say what has changed, and exit with 1 where something "
                   "has; where absent, that of --out, which is said alone")
      ->type_name("OLD.json");
  matrix
      ->add_option("--max-time", options.max_time_s,
                   "kill a client after so much time, and call it hung; 20 s where absent")
      ->type_name("SECONDS")
      ->check(whole_number(1, 3600, Unit::s));
  add_state_dir(*matrix, options.state_dir);
  add_format(*matrix, options.format);
  matrix->footer("\nWithout --out, the table is printed: Markdown, or JSON with --format json.");
  return verb(matrix, kept, &app::matrix);
}

}  // namespace misproxy::app
