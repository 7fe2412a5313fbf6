#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/lesson_session.hpp"
#include "app/memory.hpp"
#include "app/run_batch.hpp"
#include "app/say.hpp"
#include "app/shared_command.hpp"
#include "app/teaching_options.hpp"
#include "app/whole_text.hpp"
#include "core/nearest.hpp"
#include "teaching/load_lesson.hpp"

namespace misproxy::app {
namespace {

using teaching::course;
using teaching::Lesson;
using teaching::LessonProgress;
using teaching::Progress;

LessonProgress progress_in(const Lesson& lesson, const LessonMemory& memory) {
  const auto found = memory.kept().find(lesson.id);
  return found == memory.kept().end() ? LessonProgress{} : found->second;
}

/// By its number, from 1, or by its id.
const Lesson* find_lesson(const std::string& named) {
  const auto number = whole_of(named);
  for (std::size_t i = 0; i < course().size(); ++i) {
    if (number == static_cast<std::int64_t>(i + 1) || course()[i].id == named) return &course()[i];
  }
  return nullptr;
}

ExitCode no_such_lesson(const std::string& named) {
  std::vector<std::string_view> ids;
  for (const auto& lesson : course())
    ids.push_back(lesson.id);
  const auto close = nearest(named, ids);
  return complain(ExitCode::bad_input,
                  fmt::format("there is no lesson {}; {}", named,
                              close ? fmt::format("did you mean {}?", *close)
                                    : fmt::format("they are numbered from 1 to {}, and `misproxy "
                                                  "learn` lists them",
                                                  course().size())));
}

std::size_t number_of(const Lesson& lesson) {
  return static_cast<std::size_t>(&lesson - course().data()) + 1;
}

std::string state_words(const LessonProgress& at, const Lesson& lesson) {
  if (at.done) return fmt::format("done, {} of {} right", at.right, at.asked);
  return at.steps == 0 ? "" : fmt::format("{} of {} steps", at.steps, lesson.steps.size());
}

void print_json(const LessonMemory& memory) {
  for (const auto& lesson : course()) {
    const auto at = progress_in(lesson, memory);
    print(boost::json::serialize(boost::json::object{{"lesson", number_of(lesson)},
                                                     {"id", lesson.id},
                                                     {"title", lesson.title},
                                                     {"article", lesson.article},
                                                     {"steps", lesson.steps.size()},
                                                     {"steps_done", at.steps},
                                                     {"questions_asked", at.asked},
                                                     {"questions_right", at.right},
                                                     {"done", at.done}}) +
          "\n");
  }
}

void print_list(const LessonMemory& memory) {
  const Lesson* next = nullptr;
  std::size_t widest = 0;
  for (const auto& lesson : course())
    widest = std::max(widest, lesson.title.size());
  for (const auto& lesson : course()) {
    const auto at = progress_in(lesson, memory);
    if (!at.done && next == nullptr) next = &lesson;
    const auto words = state_words(at, lesson);
    print(words.empty()
              ? fmt::format("{:>3}  {}\n", number_of(lesson), lesson.title)
              : fmt::format("{:>3}  {:<{}}  {}\n", number_of(lesson), lesson.title, widest, words));
  }
  if (next == nullptr) return;
  const bool begun = progress_in(*next, memory).steps > 0;
  tell(fmt::format("misproxy learn {} {}\n", number_of(*next), begun ? "goes on" : "is next"));
}

ExitCode reset(LessonMemory& memory, const Lesson* lesson) {
  const auto why = memory.change([&](Progress& progress) {
    if (lesson == nullptr)
      progress.clear();
    else
      progress.erase(lesson->id);
  });
  if (!why.empty()) return complain(ExitCode::environment, why);
  tell(lesson == nullptr ? "misproxy: all lessons count anew\n"
                         : fmt::format("misproxy: lesson {} counts anew\n", number_of(*lesson)));
  return ExitCode::ok;
}

ExitCode play(LessonMemory& memory, const Lesson& lesson, const LearnOptions& options) {
  SharedCommand shared;
  auto entered = LabRoom::enter(options.state_dir);
  if (const auto* refusal = std::get_if<Refusal>(&entered)) {
    return complain(refusal->code,
                    fmt::format("{}; without a lab, `misproxy learn {} --read` prints the lesson, "
                                "and `misproxy exercise --capture-only --out DIR` has exercises",
                                refusal->sentence, number_of(lesson)));
  }
  shared.await_signals();
  std::string unkept;
  LessonSession session(lesson, std::get<LabRoom>(entered), progress_in(lesson, memory),
                        [&](const LessonProgress& at) {
                          unkept = memory.change([&](Progress& all) { all[lesson.id].take(at); });
                        });
  const bool done = session.play();
  if (!unkept.empty()) return complain(ExitCode::environment, unkept);
  if (!session.why().empty()) return complain(ExitCode::environment, session.why());
  if (done) return ExitCode::ok;
  tell(
      fmt::format("misproxy: left; `misproxy learn {}` {}\n", number_of(lesson),
                  progress_in(lesson, memory).done ? "begins it again" : "goes on where you were"));
  return ExitCode::mismatch;
}

}  // namespace

ExitCode learn(const LearnOptions& options) {
  const auto* lesson = options.lesson ? find_lesson(*options.lesson) : nullptr;
  if (options.lesson && lesson == nullptr) return no_such_lesson(*options.lesson);
  if (options.read) {
    if (lesson == nullptr)
      return complain(ExitCode::bad_input, "which lesson is to be printed? learn N --read");
    print(lesson_text(*lesson));
    return ExitCode::ok;
  }
  auto opened = LessonMemory::open(kLessonsForm, options.state_dir);
  if (const auto* why = std::get_if<std::string>(&opened))
    return complain(ExitCode::environment, *why);
  auto& memory = std::get<LessonMemory>(opened);
  if (options.reset) return reset(memory, lesson);
  if (lesson != nullptr && !options.list) return play(memory, *lesson, options);
  if (options.format == Format::json)
    print_json(memory);
  else
    print_list(memory);
  return ExitCode::ok;
}

}  // namespace misproxy::app
