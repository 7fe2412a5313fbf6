// What is kept of lessons and exercises, a student's words and name, and the line of a class's
// scores.

#include <algorithm>
#include <boost/json.hpp>

#include "fuzz/target.hpp"
#include "teaching/exercise_book.hpp"
#include "teaching/progress.hpp"
#include "teaching/score.hpp"
#include "teaching/showing.hpp"
#include "teaching/understood.hpp"

using namespace misproxy;

namespace {

void try_progress(std::string_view text) {
  const auto progress = teaching::read_progress(text);
  if (!progress) return;
  for (const auto& [id, at] : *progress)
    fuzz::require(at.steps >= 0 && at.right >= 0 && at.right <= at.asked, "counts are counts");
  const auto written = teaching::progress_json(*progress);
  const auto again = teaching::read_progress(written);
  fuzz::require(again && teaching::progress_json(*again) == written, "progress is kept as it is");
}

void try_book(std::string_view text) {
  auto book = teaching::read_book(text);
  if (!book) return;
  const auto written = teaching::book_json(*book);
  const auto again = teaching::read_book(written);
  fuzz::require(again && teaching::book_json(*again) == written, "a book is kept as it is");
  book->begin({book->next_seed(), 1, {}}, "1");
  fuzz::require(teaching::points_of_right(book->open->tries) >= 0, "points are points");
  book->close(10);
  fuzz::require(teaching::read_book(teaching::book_json(*book)).has_value(), "what goes on, too");
}

/// RFC 4180: commas outside of quotes.
std::size_t fields_of(std::string_view line) {
  bool quoted = false;
  std::size_t fields = 1;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) ++fields;
  }
  return fields;
}

void try_name(std::string_view text) {
  const std::string name(text);
  if (!teaching::refuse_student(name).empty()) return;
  const teaching::Score score{"2026-11-28T22:00:00Z", name, {7, 3, {}}, "right", {1, 0, 2}, 35};
  const auto csv = teaching::score_csv(score);
  fuzz::require(std::ranges::count(csv, '\n') == 1, "a line is one");
  fuzz::require(fields_of(csv) == fields_of(teaching::kScoreHeader), "of as many fields");
  boost::system::error_code error;
  const auto json = boost::json::parse(teaching::score_json(score), error);
  fuzz::require(!error && json.at("student").as_string() == name, "a name stays what it is");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  try_progress(text);
  try_book(text);
  try_name(text);
  const auto understood = teaching::understand(std::string(text.substr(0, 200)));
  fuzz::require(!understood.verdict || understood.meant.empty(), "a verdict is not asked back");
  teaching::is_answer(text, "403");
  return 0;
}
