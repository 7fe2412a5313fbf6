#include "teaching/exercise.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "app/lab_room.hpp"
#include "app/memory.hpp"
#include "app/read_text.hpp"
#include "app/record_file.hpp"
#include "app/run_batch.hpp"
#include "app/say.hpp"
#include "app/shared_command.hpp"
#include "app/teaching_options.hpp"
#include "app/version.hpp"
#include "live/files.hpp"
#include "plan/plan.hpp"
#include "teaching/judge.hpp"
#include "teaching/sheet.hpp"

namespace misproxy::app {
namespace {

using teaching::Exercise;
using teaching::ExerciseBook;
using teaching::ExerciseWish;
using teaching::Handout;
using teaching::OpenExercise;

constexpr auto kTask = "task.txt";

bool names_one(const ExerciseOptions& options) {
  return options.seed || options.level || options.layer;
}

/// The one that the flags name, or the one under way, or the next.
ExerciseWish wish_of(const ExerciseOptions& options, const ExerciseBook& book) {
  if (!names_one(options) && book.open) return book.open->wish;
  return {options.seed.value_or(book.next_seed()), options.level.value_or(teaching::kEasiest),
          options.layer};
}

/// The flags by which anybody has the same one.
std::string flags_of(const ExerciseWish& wish) {
  return fmt::format("--seed {} --level {}{}", wish.seed, wish.level,
                     wish.layer ? fmt::format(" --layer {}", word(*wish.layer)) : "");
}

ExitCode no_such_exercise(const ExerciseWish& wish) {
  std::vector<int> levels;
  for (int level = teaching::kEasiest; level <= teaching::kHardest; ++level) {
    if (teaching::make_exercise({wish.seed, level, wish.layer})) levels.push_back(level);
  }
  const auto others = levels.empty()
                          ? std::string("that layer has none of any level")
                          : fmt::format("that layer has some of level {}", fmt::join(levels, ", "));
  return complain(ExitCode::bad_input,
                  fmt::format("there is no exercise of level {} in the layer {}; {}", wish.level,
                              word(*wish.layer), others));
}

/// A file that is there already is taken as it is, unless it is another.
std::string hand_out(const std::filesystem::path& path, const std::string& text) {
  std::string ignored;
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    if (read_text(path.string(), ignored) == text) return {};
    return fmt::format("{} is there already, and is not this exercise's: give another --out",
                       path.string());
  }
  return live::write_whole(path, text, live::kPublic);
}

std::string hand_out_all(const std::filesystem::path& folder, const Exercise& exercise) {
  for (const auto& [name, text] :
       {std::pair<std::string, std::string>(Handout::kCapture, exercise.handout.capture),
        {std::string(Handout::kLog), exercise.handout.log},
        {kTask, task_text(exercise)}}) {
    if (auto why = hand_out(folder / name, text); !why.empty()) return why;
  }
  return {};
}

constexpr auto kHowToAnswer =
    "Answer: misproxy answer VERDICT (misproxy verdicts lists them), or in words. A hint, for "
    "points: misproxy exercise --hint\n";

class Sitting {
 public:
  Sitting(const ExerciseOptions& options, ExerciseMemory memory)
      : options_(options), memory_(std::move(memory)) {}

  ExitCode run() {
    const auto book = memory_.kept();
    if (options_.hint) return give_hint(book);
    const auto wish = wish_of(options_, book);
    auto made = teaching::make_exercise(wish);
    if (!made) return no_such_exercise(wish);
    if (options_.solution) return tell_solution(*made);
    return options_.capture_only ? give_files(*made) : open_lab(*made);
  }

 private:
  /// What else was under way is left, and said so.
  std::string begin(const ExerciseWish& wish) {
    std::optional<OpenExercise> before;
    auto why = memory_.change([&](ExerciseBook& book) {
      before = book.open;
      book.begin(wish, kVersion);
    });
    if (!why.empty() || !before) return why;
    if (before->wish != wish) {
      tell(
          fmt::format("misproxy: another exercise was left half way; misproxy exercise {} takes it "
                      "up again\n",
                      flags_of(before->wish)));
    } else if (before->version != kVersion) {
      tell(
          fmt::format("misproxy: it was begun with misproxy {}, and may be another one now: it "
                      "counts anew\n",
                      before->version));
    }
    return {};
  }

  ExitCode give_files(const Exercise& exercise) {
    const auto folder = *options_.out;
    if (const auto why = refuse_folder(folder); !why.empty())
      return complain(ExitCode::environment, why);
    if (const auto why = hand_out_all(folder, exercise); !why.empty())
      return complain(ExitCode::environment, why);
    if (const auto why = begin(exercise.wish); !why.empty())
      return complain(ExitCode::environment, why);
    print(task_text(exercise));
    tell(fmt::format("The files are in {}: {}, {}. {}", folder, Handout::kCapture, Handout::kLog,
                     kHowToAnswer));
    return ExitCode::ok;
  }

  ExitCode open_lab(const Exercise& exercise) {
    if (!exercise.has_lab()) {
      return complain(
          ExitCode::bad_input,
          fmt::format("no lab has look-ups that fail, so exercises of the layer {} are files: "
                      "misproxy exercise {} --capture-only --out DIR",
                      word(*exercise.wish.layer), flags_of(exercise.wish)));
    }
    auto command = lab_shell();
    if (const auto refusal = SharedCommand::find(command))
      return complain(refusal->code, refusal->sentence);
    auto entered = LabRoom::enter(options_.state_dir);
    if (const auto* refusal = std::get_if<Refusal>(&entered)) {
      return complain(
          refusal->code,
          fmt::format("{}; without a lab: misproxy exercise {} --capture-only --out DIR",
                      refusal->sentence, flags_of(exercise.wish)));
    }
    if (const auto why = begin(exercise.wish); !why.empty())
      return complain(ExitCode::environment, why);
    return sit(std::get<LabRoom>(entered), exercise, command);
  }

  ExitCode sit(LabRoom& room, const Exercise& exercise, const std::vector<std::string>& command) {
    shared_.await_signals();
    tell(task_text(exercise) +
         "This is the appliance's shell. When you know, leave it with exit, and answer.\n");
    const Plan plan(exercise.scenario(), exercise.wish.seed);
    RunRequest request{&plan, std::nullopt, false};
    request.comments = false;
    const auto made = room.run(request, command, nullptr);
    if (const auto* why = std::get_if<std::string>(&made))
      return complain(ExitCode::environment, *why);
    tell(kHowToAnswer);
    return ExitCode::ok;
  }

  ExitCode give_hint(const ExerciseBook& book) {
    if (!book.open)
      return complain(ExitCode::bad_input, "there is no exercise to hint at: misproxy exercise");
    const auto made = teaching::make_exercise(book.open->wish);
    if (!made) return complain(ExitCode::bad_input, "this version has no such exercise any more");
    const auto all = teaching::hints(*made);
    const auto given = static_cast<std::size_t>(book.open->tries.hints);
    if (given >= all.size()) {
      for (const auto& hint : all)
        print(hint + "\n");
      tell("misproxy: these are all there are; they cost nothing any more\n");
      return ExitCode::ok;
    }
    const auto why = memory_.change([](ExerciseBook& kept) {
      if (kept.open) ++kept.open->tries.hints;
    });
    if (!why.empty()) return complain(ExitCode::environment, why);
    print(all[given] + "\n");
    tell(fmt::format("misproxy: hint {} of {}, {} points\n", given + 1, all.size(),
                     teaching::kHintCost));
    return ExitCode::ok;
  }

  /// Who has the exercise under way has seen its solution then.
  ExitCode tell_solution(const Exercise& exercise) {
    bool closed = false;
    const auto why = memory_.change([&](ExerciseBook& book) {
      closed = book.open && book.open->wish == exercise.wish;
      if (closed) book.close(0);
      std::erase_if(book.left, [&](const auto& each) { return each.wish == exercise.wish; });
    });
    if (!why.empty()) return complain(ExitCode::environment, why);
    print(solution_text(exercise));
    if (closed) tell("misproxy: this exercise was under way; it is over, without points\n");
    return ExitCode::ok;
  }

  const ExerciseOptions& options_;
  ExerciseMemory memory_;
  SharedCommand shared_;
};

ExitCode refuse(const ExerciseOptions& options) {
  if (options.capture_only && !options.out)
    return complain(ExitCode::bad_input, "--capture-only wants a folder for its files: --out DIR");
  if (options.out && !options.capture_only)
    return complain(ExitCode::bad_input, "--out is where --capture-only puts its files");
  if (options.hint && (options.solution || options.capture_only || names_one(options))) {
    return complain(ExitCode::bad_input,
                    "--hint is about the exercise under way, and goes with no other flag");
  }
  if (options.solution && options.capture_only)
    return complain(ExitCode::bad_input, "--solution and --capture-only are two things");
  return ExitCode::ok;
}

}  // namespace

ExitCode exercise(const ExerciseOptions& options) {
  if (const auto code = refuse(options); code != ExitCode::ok) return code;
  auto opened = ExerciseMemory::open(kExercisesForm, options.state_dir);
  if (const auto* why = std::get_if<std::string>(&opened))
    return complain(ExitCode::environment, *why);
  Sitting sitting(options, std::move(std::get<ExerciseMemory>(opened)));
  return sitting.run();
}

}  // namespace misproxy::app
