#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "app/memory.hpp"
#include "app/prose.hpp"
#include "app/say.hpp"
#include "app/score_file.hpp"
#include "app/state.hpp"
#include "app/teaching_options.hpp"
#include "core/utf8.hpp"
#include "diagnose/lesson.hpp"
#include "live/today.hpp"
#include "teaching/judge.hpp"
#include "teaching/sheet.hpp"
#include "teaching/understood.hpp"

namespace misproxy::app {
namespace {

using teaching::Exercise;
using teaching::ExerciseBook;
using teaching::Judged;
using teaching::OpenExercise;

/// What an answer came to.
struct Outcome {
  std::string judged;
  OpenExercise about;  // with this answer counted
  std::optional<int> points;
};

std::string titled(const std::string& verdict) {
  return fmt::format("{} ({})", verdict, misproxy::diagnose::find_lesson(verdict)->title);
}

ExitCode not_understood(const std::string& words, const std::vector<std::string>& meant) {
  if (meant.empty()) {
    return complain(ExitCode::bad_input,
                    fmt::format("no verdict is called {}, and none is about these words; `misproxy "
                                "verdicts` lists them (this did not count as an answer)",
                                words));
  }
  std::vector<std::string> lines;
  lines.reserve(meant.size());
  for (const auto& each : meant)
    lines.push_back(titled(each));
  return complain(ExitCode::bad_input,
                  fmt::format("{} may mean several verdicts: did you mean {}? Say which: misproxy "
                              "answer {} (this did not count as an answer)",
                              words, fmt::join(lines, ", or "), meant.front()));
}

std::string student_of(const AnswerOptions& options) {
  if (options.student) return *options.student;
  for (const auto* variable : {"LOGNAME", "USER"}) {
    const auto* name = std::getenv(variable);
    if (name != nullptr && teaching::refuse_student(name).empty()) return name;
  }
  return "student";
}

class Answering {
 public:
  Answering(const AnswerOptions& options, ExerciseMemory memory)
      : options_(options), memory_(std::move(memory)) {}

  ExitCode run() {
    const auto book = memory_.kept();
    if (!book.open) {
      return complain(ExitCode::bad_input,
                      "there is no exercise under way to answer: `misproxy exercise` begins one");
    }
    if (const auto code = understand()) return *code;
    made_ = teaching::make_exercise(book.open->wish);
    if (!made_) return complain(ExitCode::bad_input, "this version has no such exercise any more");
    const auto why = memory_.change([&](ExerciseBook& kept) { judge(kept); });
    if (!why.empty()) return complain(ExitCode::environment, why);
    if (!outcome_)
      return complain(ExitCode::bad_input, "another `misproxy answer` has ended this exercise");
    tell_outcome();
    return write_scores();
  }

 private:
  std::optional<ExitCode> understand() {
    if (options_.give_up) return std::nullopt;
    const auto words = fmt::format("{}", fmt::join(options_.words, " "));
    const auto understood = teaching::understand(words);
    if (!understood.verdict) return not_understood(words, understood.meant);
    verdict_ = *understood.verdict;
    return std::nullopt;
  }

  void judge(ExerciseBook& book) {
    if (!book.open || book.open->wish != made_->wish) return;
    auto& open = *book.open;
    if (options_.give_up) {
      outcome_ = {"given-up", open, teaching::points_of_giving_up(open.tries)};
    } else {
      judged_ = teaching::judge(*made_, verdict_);
      open.tries.count(judged_);
      outcome_ = {std::string(word(judged_)), open, {}};
      if (is_over()) outcome_->points = teaching::points_of_right(open.tries);
    }
    if (outcome_->points) book.close(*outcome_->points);
  }

  bool is_over() const { return judged_ == Judged::right || judged_ == Judged::possible; }

  void tell_outcome() const {
    const auto columns = prose_columns();
    const auto say = [&](const std::string& text) { print(prose(text, columns)); };
    if (options_.give_up) {
      say(fmt::format("It is {}. {} points.", titled(made_->truth), *outcome_->points));
    } else if (judged_ == Judged::right) {
      say(fmt::format("Right: {}. {} points.", titled(verdict_), *outcome_->points));
    } else if (judged_ == Judged::possible) {
      say(
          fmt::format("Right as far as log and capture tell: they allow {}; here it is {}. {} "
                      "points.",
                      verdict_, titled(made_->truth), *outcome_->points));
    } else {
      tell_wrong(say);
      return;
    }
    print("\n" + evidence_text(*made_));
  }

  void tell_wrong(const std::function<void(const std::string&)>& say) const {
    say(judged_ == Judged::partly
            ? fmt::format("Partly right: it is in the layer {}, but it is not {}.",
                          word(made_->layer), titled(verdict_))
            : wrong_text());
    say(
        fmt::format("`misproxy explain {}` tells how that one would look; compare it with what you "
                    "see. At this "
                    "level {}.",
                    verdict_, teaching::level_words(made_->wish.level)));
    tell(
        "misproxy: it goes on: misproxy answer VERDICT; misproxy exercise --hint; or misproxy "
        "answer --give-up\n");
  }

  /// The same whether something failed in another layer, or nothing at all.
  std::string wrong_text() const {
    const auto layer = misproxy::diagnose::find_lesson(verdict_)->layer;
    if (layer != misproxy::diagnose::Layer::none) {
      return fmt::format("Not {}, and nothing else of the layer {}.", titled(verdict_),
                         word(layer));
    }
    return fmt::format(
        "Not {}: {}.", titled(verdict_),
        verdict_ == "healthy" ? "something did fail" : "log and capture do show what happened");
  }

  ExitCode write_scores() const {
    const teaching::Score score{iso_text(live::today()), student_of(options_),
                                outcome_->about.wish,    outcome_->judged,
                                outcome_->about.tries,   outcome_->points};
    for (const auto& path : options_.scores) {
      if (const auto why = add_score(path, score); !why.empty())
        return complain(ExitCode::environment, why);
    }
    return !options_.give_up && is_over() ? ExitCode::ok : ExitCode::mismatch;
  }

  const AnswerOptions& options_;
  ExerciseMemory memory_;
  std::string verdict_;
  std::optional<Exercise> made_;
  Judged judged_ = Judged::wrong;
  std::optional<Outcome> outcome_;
};

std::string refuse(const AnswerOptions& options) {
  if (options.give_up != options.words.empty()) {
    return options.give_up ? "--give-up goes without an answer"
                           : "what is the answer? A verdict of `misproxy verdicts`, words, or "
                             "--give-up";
  }
  if (options.student) {
    if (auto why = teaching::refuse_student(*options.student); !why.empty()) return why;
  }
  for (const auto& path : options.scores) {
    if (auto why = refuse_score_file(path); !why.empty()) return why;
  }
  return {};
}

}  // namespace

ExitCode answer(const AnswerOptions& options) {
  if (const auto why = refuse(options); !why.empty()) return complain(ExitCode::bad_input, why);
  auto opened = ExerciseMemory::open(kExercisesForm, options.state_dir);
  if (const auto* why = std::get_if<std::string>(&opened))
    return complain(ExitCode::environment, *why);
  Answering answering(options, std::move(std::get<ExerciseMemory>(opened)));
  return answering.run();
}

}  // namespace misproxy::app
