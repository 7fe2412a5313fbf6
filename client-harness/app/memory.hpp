#pragma once

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "app/say.hpp"
#include "app/state_file.hpp"
#include "teaching/exercise_book.hpp"
#include "teaching/progress.hpp"

namespace misproxy::app {

/// The file of what is remembered, and how it is written.
template <class Kept>
struct MemoryForm {
  const char* file;
  const char* what;  // for a person
  std::optional<Kept> (*read)(std::string_view);
  std::string (*write)(const Kept&);
};

inline constexpr MemoryForm<teaching::Progress> kLessonsForm{
    "lessons.json", "the record of your lessons", &teaching::read_progress,
    &teaching::progress_json};
inline constexpr MemoryForm<teaching::ExerciseBook> kExercisesForm{
    "exercises.json", "the record of your exercises", &teaching::read_book, &teaching::book_json};

/// What a command remembers, in a file of the state folder. One that cannot be read is kept aside,
/// and said so.
template <class Kept>
class Memory {
 public:
  /// On an error, a sentence.
  static std::variant<Memory, std::string> open(const MemoryForm<Kept>& form,
                                                const std::optional<std::string>& state_dir) {
    auto file = StateFile::open(state_dir, form.file);
    if (auto* why = std::get_if<std::string>(&file)) return std::move(*why);
    Memory memory(form, std::move(std::get<StateFile>(file)));
    if (auto why = memory.change([](Kept&) {}); !why.empty())
      return why + "; --state-dir DIR is another folder for it";
    return memory;
  }

  /// As it was when it was last read or changed here.
  const Kept& kept() const { return kept_; }

  /// No other process changes it meanwhile. Empty, or a sentence.
  std::string change(const std::function<void(Kept&)>& how) {
    return file_.update([&](const std::string& text) {
      auto read = text.empty() ? Kept{} : form_->read(text);
      if (!read) read = set_aside();
      kept_ = std::move(*read);
      how(kept_);
      auto after = form_->write(kept_);
      return text.empty() && after == form_->write({}) ? text : after;
    });
  }

 private:
  Memory(const MemoryForm<Kept>& form, StateFile file) : form_(&form), file_(std::move(file)) {}

  Kept set_aside() {
    const auto place = file_.set_aside();
    tell(
        fmt::format("misproxy: {} is damaged, or of another version; the file is now {}, and it "
                    "begins anew\n",
                    form_->what, place.empty() ? "lost" : place));
    return {};
  }

  const MemoryForm<Kept>* form_;
  StateFile file_;
  Kept kept_;
};

using LessonMemory = Memory<teaching::Progress>;
using ExerciseMemory = Memory<teaching::ExerciseBook>;

}  // namespace misproxy::app
