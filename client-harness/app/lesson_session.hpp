#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/lesson_lab.hpp"
#include "teaching/lesson.hpp"
#include "teaching/progress.hpp"

namespace misproxy::app {

/// A lesson with a student at the keyboard, or with a pipe in that one's place.
class LessonSession {
 public:
  /// Called where a step is done.
  using OnStep = std::function<void(const teaching::LessonProgress&)>;

  LessonSession(const teaching::Lesson& lesson, LabRoom& room, teaching::LessonProgress progress,
                OnStep on_step);

  /// From the first step that is not done. False where the student left before the end.
  bool play();
  /// Why a lab could not be had any more; empty where each could.
  const std::string& why() const { return why_; }

 private:
  enum class Went { on, away };

  Went play_step(const teaching::Step& step);
  Went try_commands(const teaching::Step& step);
  Went ask(const teaching::Step& step, const teaching::Question& question);
  bool run(const teaching::Step& step, const std::string& command);
  bool open_shell(const teaching::Step& step);
  void tell_looks(const teaching::Step& step) const;
  void tell_wire() const;
  /// What the student types, without blanks around it; nothing where there is no more.
  static std::optional<std::string> prompt(std::string_view sign);

  const teaching::Lesson& lesson_;
  LessonLab lab_;
  teaching::LessonProgress progress_;
  OnStep on_step_;
  std::vector<teaching::Showing> runs_;  // of the step
  std::string why_;
};

/// All of a lesson's text, for who has no lab or wants to read on.
std::string lesson_text(const teaching::Lesson& lesson);

}  // namespace misproxy::app
