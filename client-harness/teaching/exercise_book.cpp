#include "teaching/exercise_book.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "report/json_members.hpp"

namespace misproxy::teaching {
namespace {

boost::json::object wish_json(const ExerciseWish& wish) {
  boost::json::object json{{"seed", wish.seed}, {"level", wish.level}};
  if (wish.layer) json["layer"] = word(*wish.layer);
  return json;
}

std::optional<ExerciseWish> read_wish(const boost::json::object& json) {
  const auto seed = number_of(json, "seed");
  const auto level = number_of(json, "level");
  if (!seed || *seed < 0 || !level || *level < kEasiest || *level > kHardest) return std::nullopt;
  ExerciseWish wish{static_cast<std::uint64_t>(*seed), static_cast<int>(*level), {}};
  if (!json.contains("layer")) return wish;
  wish.layer = word_of<diagnose::Layer>(json, "layer");
  return wish.layer ? std::optional(wish) : std::nullopt;
}

std::optional<OpenExercise> read_open(const boost::json::object& json) {
  const auto wish = read_wish(json);
  const auto hints = number_of(json, "hints");
  const auto partly = number_of(json, "partly");
  const auto wrong = number_of(json, "wrong");
  const auto counts = {hints, partly, wrong};
  for (const auto& count : counts) {
    if (!count || *count < 0 || *count > 1'000'000) return std::nullopt;
  }
  if (!wish) return std::nullopt;
  return OpenExercise{*wish, {*hints, *partly, *wrong}, text_of(json, "misproxy")};
}

boost::json::object open_json(const OpenExercise& open) {
  auto json = wish_json(open.wish);
  json["hints"] = open.tries.hints;
  json["partly"] = open.tries.partly;
  json["wrong"] = open.tries.wrong;
  json["misproxy"] = open.version;
  return json;
}

/// False where one of them is damaged.
bool read_left(const boost::json::object& whole, std::vector<OpenExercise>& left) {
  const auto* all = whole.if_contains("left");
  if (all == nullptr || !all->is_array()) return false;
  for (const auto& each : all->as_array()) {
    auto one = each.is_object() ? read_open(each.as_object()) : std::nullopt;
    if (!one) return false;
    left.push_back(std::move(*one));
  }
  return true;
}

bool read_closed(const boost::json::object& whole, std::vector<ClosedExercise>& closed) {
  const auto* all = whole.if_contains("closed");
  if (all == nullptr || !all->is_array()) return false;
  for (const auto& each : all->as_array()) {
    if (!each.is_object()) return false;
    const auto wish = read_wish(each.as_object());
    const auto points = number_of(each.as_object(), "points");
    if (!wish || !points || *points < 0 || *points > 100) return false;
    closed.push_back({*wish, static_cast<int>(*points)});
  }
  return true;
}

}  // namespace

void ExerciseBook::begin(const ExerciseWish& wish, const std::string& version) {
  if (open && open->wish == wish && open->version == version) return;
  if (open) left.push_back(std::move(*open));
  open = OpenExercise{wish, {}, version};
  const auto before = std::ranges::find_if(
      left, [&](const OpenExercise& each) { return each.wish == wish && each.version == version; });
  if (before != left.end()) open->tries = before->tries;
  std::erase_if(left, [&](const OpenExercise& each) { return each.wish == wish; });
}

void ExerciseBook::close(int points) {
  closed.push_back({open->wish, points});
  open.reset();
}

std::string book_json(const ExerciseBook& book) {
  boost::json::object whole{{"version", kBookVersion}};
  if (book.open) whole["open"] = open_json(*book.open);
  boost::json::array left;
  for (const auto& each : book.left)
    left.push_back(open_json(each));
  whole["left"] = std::move(left);
  boost::json::array closed;
  for (const auto& each : book.closed) {
    auto one = wish_json(each.wish);
    one["points"] = each.points;
    closed.push_back(std::move(one));
  }
  whole["closed"] = std::move(closed);
  return boost::json::serialize(whole) + "\n";
}

std::optional<ExerciseBook> read_book(std::string_view json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(json, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& whole = value.as_object();
  if (number_of(whole, "version") != kBookVersion) return std::nullopt;
  ExerciseBook book;
  if (whole.contains("open")) {
    const auto* open = object_at(whole, "open");
    if (open != nullptr) book.open = read_open(*open);
    if (!book.open) return std::nullopt;
  }
  if (!read_left(whole, book.left) || !read_closed(whole, book.closed)) return std::nullopt;
  return book;
}

}  // namespace misproxy::teaching
