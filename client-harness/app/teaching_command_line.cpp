#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/flags.hpp"
#include "app/teaching_options.hpp"
#include "app/verbs.hpp"
#include "core/nearest.hpp"
#include "teaching/exercise_wish.hpp"

namespace misproxy::app {
namespace {

using misproxy::diagnose::Layer;

/// Those that a failure may be in.
std::vector<std::string_view> layers() {
  const auto& words = WordsOf<Layer>::words;
  return {words.begin() + 1, words.end()};
}

std::string check_layer(const std::string& text) {
  const auto layer = parse_word<Layer>(text);
  if (layer && *layer != Layer::none) return {};
  const auto all = layers();
  const auto close = nearest(text, all);
  return fmt::format("there is no layer {}; {}", text,
                     close ? fmt::format("did you mean {}?", *close)
                           : fmt::format("one of {}", fmt::join(all, ", ")));
}

}  // namespace

Verb learn_verb(CLI::App& app) {
  const auto kept = std::make_shared<LearnOptions>();
  auto& options = *kept;
  auto* learn = app.add_subcommand(
      "learn",
      "A course on proxies that misbehave: lessons with a lab, and questions on what you see");
  learn
      ->add_option("LESSON", options.lesson,
                   "its number or id; none: the list, with how far you are")
      ->type_name("");
  learn->add_flag("--list", options.list, "list the lessons, with how far you are");
  learn->add_flag("--read", options.read, "print a lesson's text; this wants no lab");
  learn->add_flag("--reset", options.reset, "forget how far you are, in one lesson or in all");
  add_state_dir(*learn, options.state_dir);
  add_format(*learn, options.format);
  learn->footer(R"(
A lesson is what to know, commands to try at the appliance of a lab, what to look for in them, and questions;
right is what your own run has shown. Type commands of your own as you like. :wire shows the packets, :shell
is a shell there, :next goes on to the questions; at a question :hint helps and :skip tells; :quit leaves. How
far you are is kept with misproxy's other state, a step at a time.

Exit code: 0 done, 1 left half way, 2 no such lesson, 3 no lab on this machine (--read goes without).

  misproxy learn                     the lessons
  misproxy learn 4                   one of them)");
  return verb(learn, kept, &app::learn);
}

Verb exercise_verb(CLI::App& app) {
  const auto kept = std::make_shared<ExerciseOptions>();
  auto& options = *kept;
  auto* exercise = app.add_subcommand(
      "exercise", "Find a hidden fault with real tools, in a lab or in files; `answer` judges");
  exercise
      ->add_option(
          "--level", options.level,
          "1: the client's log or a capture names it; 2: the log does; 3: it takes a capture; 4: "
          "it takes both; 5: even both leave a choice; 1 where absent")
      ->type_name("1|2|3|4|5")
      ->check(whole_number(teaching::kEasiest, teaching::kHardest));
  exercise
      ->add_option(
          "--seed", options.seed,
          "which one: everybody with the same seed, level and layer has the same; the next "
          "after your last where absent")
      ->type_name("N")
      ->check(whole_number(0, teaching::kLastSeed));
  exercise
      ->add_option_function<std::string>(
          "--layer",
          [&options](const std::string& text) { options.layer = parse_word<Layer>(text); },
          "only faults of this layer, as `misproxy verdicts` has it; those of dns with "
          "--capture-only")
      ->type_name(fmt::format("{}", fmt::join(layers(), "|")))
      ->check(check_layer);
  exercise->add_flag("--capture-only", options.capture_only,
                     "no lab: a capture and the client's log, as files; on any system");
  exercise->add_option("--out", options.out, "the folder for those, made where it is not there")
      ->type_name("DIR");
  exercise->add_flag("--hint", options.hint, "a hint for the exercise under way; it costs points");
  exercise->add_flag("--solution", options.solution,
                     "the teacher's sheet; an exercise under way is over then, without points");
  add_state_dir(*exercise, options.state_dir);
  exercise->footer(R"(
Without --seed, --level and --layer the exercise under way goes on, or the next one begins. Nothing on disk
and nothing that ps shows says which fault it is. One in eight of the levels 1 and 2 has none: then the answer
is `healthy`.

  misproxy exercise --level 3                            a shell at an appliance of which somebody complains
  misproxy exercise --seed 7 --capture-only --out case   for a class: all have the same
  misproxy exercise --seed 7 --solution                  for the teacher)");
  return verb(exercise, kept, &app::exercise);
}

Verb answer_verb(CLI::App& app) {
  const auto kept = std::make_shared<AnswerOptions>();
  auto& options = *kept;
  auto* answer =
      app.add_subcommand("answer", "Answer the exercise under way, and hear what showed it");
  answer->add_option("VERDICT", options.words, "an id of `misproxy verdicts`, its title, or words")
      ->type_name("");
  answer->add_flag("--give-up", options.give_up, "hear the answer");
  answer
      ->add_option(
          "--scores", options.scores,
          "add a line to a class's file: .csv or .json (JSON lines); many may write it at once")
      ->type_name("PATH")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  answer->add_option("--student", options.student, "whose line; the name of the user where absent")
      ->type_name("NAME");
  add_state_dir(*answer, options.state_dir);
  answer->footer(R"(
100 points, less 25 for each wrong answer, 10 for one in the right layer, 15 for each hint; a right answer
has 10 at least. Words that are no verdict's count for nothing, and are asked back.

Exit code: 0 right, 1 not (yet), 2 no exercise, or no verdict, 3 the surroundings.

  misproxy answer mtu-black-hole
  misproxy answer the proxy denies the CONNECT --scores scores.csv --student "A. Ng")");
  return verb(answer, kept, &app::answer);
}

}  // namespace misproxy::app
