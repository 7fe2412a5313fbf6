#include "teaching/judge.hpp"

#include <algorithm>

#include "diagnose/lesson.hpp"

namespace misproxy::teaching {
namespace {

constexpr int kFull = 100;
constexpr int kLeastOfRight = 10;
constexpr int kWrongCost = 25;
constexpr int kPartlyCost = 10;
constexpr int kLayerAlone = 30;  // of who gives up behind an answer of the right layer

}  // namespace

Judged judge(const Exercise& exercise, const std::string& verdict) {
  if (verdict == exercise.truth) return Judged::right;
  if (exercise.takes(verdict)) return Judged::possible;
  if (exercise.layer == diagnose::Layer::none) return Judged::wrong;
  const auto* lesson = diagnose::find_lesson(verdict);
  return lesson != nullptr && lesson->layer == exercise.layer ? Judged::partly : Judged::wrong;
}

void Tries::count(Judged judged) {
  if (judged == Judged::partly) ++partly;
  if (judged == Judged::wrong) ++wrong;
}

int points_of_right(const Tries& tries) {
  const auto cost = tries.hints * kHintCost + tries.wrong * kWrongCost + tries.partly * kPartlyCost;
  return static_cast<int>(std::max<std::int64_t>(kFull - cost, kLeastOfRight));
}

int points_of_giving_up(const Tries& tries) { return tries.partly > 0 ? kLayerAlone : 0; }

}  // namespace misproxy::teaching
