#include "teaching/progress.hpp"

#include <boost/json.hpp>

#include "report/json_members.hpp"

namespace misproxy::teaching {

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
    if (!each.is_object()) return std::nullopt;
    const auto& at = each.as_object();
    const auto steps = number_of(at, "steps");
    const auto right = number_of(at, "right");
    const auto asked = number_of(at, "asked");
    if (!steps || !right || !asked) return std::nullopt;
    progress[std::string(id)] = {*steps, *right, *asked, truth_of(at, "done")};
  }
  return progress;
}

}  // namespace misproxy::teaching
