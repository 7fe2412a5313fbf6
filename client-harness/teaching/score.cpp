#include "teaching/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "core/utf8.hpp"

namespace misproxy::teaching {
namespace {

constexpr std::size_t kLongestName = 64;

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string made = "\"";
  for (const char c : text) {
    if (c == '"') made += '"';
    made += c;
  }
  return made + "\"";
}

std::string layer_of(const ExerciseWish& wish) {
  return wish.layer ? std::string(word(*wish.layer)) : "";
}

}  // namespace

std::string score_csv(const Score& score) {
  return fmt::format("{},{},{},{},{},{},{},{},{},{}\n", score.time, quoted(score.student),
                     score.wish.seed, score.wish.level, layer_of(score.wish), score.judged,
                     score.tries.hints, score.tries.partly, score.tries.wrong,
                     score.points ? std::to_string(*score.points) : "");
}

std::string score_json(const Score& score) {
  boost::json::object json{{"time", score.time},         {"student", score.student},
                           {"seed", score.wish.seed},    {"level", score.wish.level},
                           {"layer", nullptr},           {"judged", score.judged},
                           {"hints", score.tries.hints}, {"partly", score.tries.partly},
                           {"wrong", score.tries.wrong}, {"points", nullptr}};
  if (score.wish.layer) json["layer"] = word(*score.wish.layer);
  if (score.points) json["points"] = *score.points;
  return boost::json::serialize(json) + "\n";
}

std::string refuse_student(std::string_view name) {
  const auto begins =
      !name.empty() && (std::isalnum(static_cast<unsigned char>(name.front())) != 0 ||
                        (static_cast<unsigned char>(name.front()) & 0x80U) != 0);
  if (begins && name.size() <= kLongestName && visible(name) == name) return {};
  return fmt::format(
      "{} is no name for a student: 1 to {} bytes of UTF-8, a letter or a digit first",
      visible(name), kLongestName);
}

}  // namespace misproxy::teaching
