#include "app/exercise_memory.hpp"

#include <fmt/format.h>

#include "app/say.hpp"

namespace misproxy::app {

using teaching::ExerciseBook;

std::variant<ExerciseMemory, std::string> ExerciseMemory::open(
    const std::optional<std::string>& state_dir) {
  auto file = StateFile::open(state_dir, "exercises.json");
  if (auto* why = std::get_if<std::string>(&file)) return std::move(*why);
  ExerciseMemory memory(std::move(std::get<StateFile>(file)));
  if (auto why = memory.change([](ExerciseBook&) {}); !why.empty()) return why;
  return memory;
}

ExerciseBook ExerciseMemory::read() {
  ExerciseBook book;
  change([&](ExerciseBook& kept) { book = kept; });
  return book;
}

std::string ExerciseMemory::change(const std::function<void(ExerciseBook&)>& how) {
  return file_.update([&](const std::string& text) {
    auto book = text.empty() ? ExerciseBook{} : teaching::read_book(text);
    if (!book) {
      const auto place = file_.set_aside();
      tell(
          fmt::format("misproxy: what was kept of exercises is damaged, or of another version; it "
                      "is now {}, and they count anew\n",
                      place.empty() ? "lost" : place));
      book.emplace();
    }
    how(*book);
    return book_json(*book);
  });
}

}  // namespace misproxy::app
