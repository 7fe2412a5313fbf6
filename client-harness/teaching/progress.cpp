#include "teaching/progress.hpp"

#include <boost/json.hpp>

#include "report/json_members.hpp"

namespace misproxy::teaching {
namespace {

constexpr std::int64_t kMost = 1'000'000;

std::optional<LessonProgress> read_lesson_progress(const boost::json::object& json) {
  const auto steps = number_of(json, "steps");
  const auto right = number_of(json, "right");
  const auto asked = number_of(json, "asked");
  if (!steps || !right || !asked) return std::nullopt;
  if (*steps < 0 || *steps > kMost || *right < 0 || *right > *asked || *asked > kMost)
    return std::nullopt;
  return LessonProgress{*steps, *right, *asked, truth_of(json, "done")};
}

}  // namespace

std::string progress_json(const Progress& progress) {
  boost::json::object lessons;
  for (const auto& [id, at] : progress)
    lessons[id] = {
        {"steps", at.steps}, {"right", at.right}, {"asked", at.asked}, {"done", at.done}};
  const boost::json::object whole{{"version", kProgressVersion}, {"lessons", std::move(lessons)}};
  return boost::json::serialize(whole) + "\n";
}

std::optional<Progress> read_progress(std::string_view json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(json, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& whole = value.as_object();
  const auto* lessons = object_at(whole, "lessons");
  if (number_of(whole, "version") != kProgressVersion || lessons == nullptr) return std::nullopt;
  Progress progress;
  for (const auto& [id, each] : *lessons) {
    const auto at = each.is_object() ? read_lesson_progress(each.as_object()) : std::nullopt;
    if (!at) return std::nullopt;
    progress[std::string(id)] = *at;
  }
  return progress;
}

}  // namespace misproxy::teaching
