#include <algorithm>
#include <vector>

#include "diagnose/lesson.hpp"
#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose {
namespace {

std::vector<Lesson> joined() {
  std::vector<Lesson> all;
  for (const auto part : {lesson::healthy(), lesson::reach(), lesson::answer(), lesson::reply(),
                          lesson::credentials(), lesson::tls(), lesson::certificate(),
                          lesson::path(), lesson::transfer(), lesson::origin(), lesson::settings()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

std::span<const Lesson> lessons() {
  static const auto all = joined();
  return all;
}

const Lesson* find_lesson(std::string_view id) {
  const auto all = lessons();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Lesson& each) { return each.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace misproxy::diagnose
