#include "app/lesson_session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/line_reader.hpp"
#include "app/prose.hpp"
#include "app/say.hpp"
#include "core/ascii.hpp"
#include "core/colour.hpp"

namespace misproxy::app {
namespace {

constexpr auto kWays =
    "Enter runs the command above; or type one of your own, any that the lab's shell knows. "
    "with-tcpdump "
    "COMMAND shows the packets beside it.\n"
    "  :wire   what passed the wire in the last run     :shell  a shell in the lab\n"
    "  :next   go on to the questions                   :hint   (at a question) a hint\n"
    "  :skip   (at a question) the answer               :quit   leave; the lesson goes on here\n";

std::string bold(std::string_view text) { return painted(text, kBold, stdout_has_colour()); }

void say(std::string_view text) { print(prose(text, prose_columns())); }

std::string said_seen(bool seen) {
  return seen ? painted("seen", kGreen, stdout_has_colour())
              : painted("not in this run", kYellow, stdout_has_colour());
}

}  // namespace

LessonSession::LessonSession(const teaching::Lesson& lesson, LabRoom& room,
                             teaching::LessonProgress progress, OnStep on_step)
    : lesson_(lesson), lab_(room), progress_(progress), on_step_(std::move(on_step)) {
  const auto steps = static_cast<std::int64_t>(lesson.steps.size());
  if (progress_.done || progress_.steps >= steps) progress_ = {};  // once more
}

bool LessonSession::play() {
  print(fmt::format("{}\n\n", bold(lesson_.title)));
  if (progress_.steps == 0) {
    say(lesson_.know);
  } else {
    say(fmt::format("You have done {} of its {} steps.", progress_.steps, lesson_.steps.size()));
  }
  const auto steps = lesson_.steps.size();
  for (auto at = static_cast<std::size_t>(progress_.steps); at < steps; ++at) {
    print(fmt::format("\n{}\n", bold(fmt::format("Step {} of {}", at + 1, steps))));
    if (play_step(lesson_.steps[at]) == Went::away) return false;
    progress_.steps = static_cast<std::int64_t>(at + 1);
    progress_.done = at + 1 == steps;
    on_step_(progress_);
  }
  print(fmt::format("\n{}\n", bold("To remember")));
  say(lesson_.summary);
  print(
      fmt::format("\nDone: {} of {} questions right at once.\n", progress_.right, progress_.asked));
  return true;
}

LessonSession::Went LessonSession::play_step(const teaching::Step& step) {
  runs_.clear();
  const auto before = progress_;
  say(step.know);
  print(fmt::format("\nTry:\n  {}\n", bold(step.run)));
  if (progress_.steps == 0) print(fmt::format("{}", prose(kWays, prose_columns())));
  if (try_commands(step) == Went::away) return Went::away;
  for (const auto& question : step.questions) {
    if (ask(step, question) == Went::on) continue;
    progress_ = before;
    return Went::away;
  }
  return Went::on;
}

/// Goes on behind a command that shows what is to be seen, or where the student wants to.
LessonSession::Went LessonSession::try_commands(const teaching::Step& step) {
  while (true) {
    const auto typed = prompt("$ ");
    if (!typed || *typed == ":quit") return Went::away;
    if (*typed == ":next") {
      if (!runs_.empty()) return Went::on;
      say("Nothing has been run yet, and the questions are about what your run shows.");
    } else if (*typed == ":wire") {
      tell_wire();
    } else if (*typed == ":shell") {
      if (!open_shell(step)) return Went::away;
    } else if (typed->starts_with(':')) {
      print(prose(kWays, prose_columns()));
    } else {
      if (!run(step, typed->empty() ? step.run : *typed)) return Went::away;
      tell_looks(step);
      const auto& last = runs_.back();
      if (std::ranges::all_of(step.looks, [&](const auto& look) { return shows(last, look); }))
        return Went::on;
      say("Run the command above to see it all, or :next goes on with what there is.");
    }
  }
}

bool LessonSession::run(const teaching::Step& step, const std::string& command) {
  auto made = lab_.run(lesson_.scenario_of(step), command);
  if (auto* why = std::get_if<std::string>(&made)) {
    why_ = std::move(*why);
    return false;
  }
  runs_.push_back(std::move(std::get<teaching::Showing>(made)));
  return true;
}

bool LessonSession::open_shell(const teaching::Step& step) {
  auto made = lab_.shell(lesson_.scenario_of(step));
  if (auto* why = std::get_if<std::string>(&made)) {
    why_ = std::move(*why);
    return false;
  }
  runs_.push_back(std::move(std::get<teaching::Showing>(made)));
  return true;
}

void LessonSession::tell_looks(const teaching::Step& step) const {
  print("\nWhat to look for:\n");
  for (const auto& look : step.looks) {
    print(prose(fmt::format("- {}: {}", said_seen(shows(runs_.back(), look)), look.means),
                prose_columns(), "  "));
  }
}

void LessonSession::tell_wire() const {
  if (runs_.empty()) return say("Nothing has passed it yet.");
  for (const auto& line : runs_.back().wire)
    print(line + "\n");
}

LessonSession::Went LessonSession::ask(const teaching::Step& step,
                                       const teaching::Question& question) {
  print("\n");
  say(question.ask);
  bool helped = false;
  while (true) {
    const auto right = answer_in(runs_, question);
    if (!right) {
      say("Your runs do not show it: the command of this step is run first.");
      if (!run(step, step.run)) return Went::away;
      if (!answer_in(runs_, question)) {
        say("It does not show here either, so the question is left out.");
        return Went::on;
      }
      continue;
    }
    const auto typed = prompt("? ");
    if (!typed || *typed == ":quit") return Went::away;
    if (*typed == ":wire") {
      tell_wire();
      continue;
    }
    if (typed->empty()) continue;
    const bool gives_up = *typed == ":skip";
    if (gives_up || teaching::is_answer(*typed, *right)) {
      say(fmt::format("{} {}", gives_up ? fmt::format("It is {}.", *right) : "Right.",
                      question.why));
      ++progress_.asked;
      if (!helped && !gives_up) ++progress_.right;
      return Went::on;
    }
    say(*typed == ":hint" ? question.hint : fmt::format("Not so. {}", question.hint));
    helped = true;
  }
}

std::optional<std::string> LessonSession::prompt(std::string_view sign) {
  print(sign);
  auto line = read_line();
  if (!line) {
    print("\n");
    return std::nullopt;
  }
  if (line->ends_with('\r')) line->pop_back();
  return std::string(without_blanks(*line));
}

std::string lesson_text(const teaching::Lesson& lesson) {
  const auto columns = prose_columns();
  auto text = fmt::format("{}\n\n{}", lesson.title, prose(lesson.know, columns));
  for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
    const auto& step = lesson.steps[i];
    text += fmt::format("\nStep {}\n{}\n  {}\n\n", i + 1, prose(step.know, columns), step.run);
    for (const auto& look : step.looks)
      text += prose("- " + look.means, columns, "  ");
    for (const auto& question : step.questions)
      text += prose("? " + question.ask, columns, "  ");
  }
  return text + fmt::format("\nTo remember\n{}", prose(lesson.summary, columns));
}

}  // namespace misproxy::app
