// Each verdict has a recipe, or a reason why no scenario shows it.
#include "reproduce/recipe.hpp"

#include <gtest/gtest.h>

#include <set>

#include "diagnose/lesson.hpp"

namespace misproxy::reproduce {
namespace {

TEST(Recipes, AreThereForEachVerdictOrSayWhyNot) {
  for (const auto& lesson : diagnose::lessons()) {
    const auto* recipe = find_recipe(lesson.id);
    ASSERT_NE(recipe, nullptr) << lesson.id << ": how is it shown, or why by no scenario?";
    EXPECT_NE(recipe->make != nullptr, !recipe->why_not.empty()) << lesson.id;
  }
}

TEST(Recipes, AreOfVerdictsThatThereAreAndOneOfEach) {
  std::set<std::string_view> known;
  for (const auto& each : recipes()) {
    EXPECT_NE(diagnose::find_lesson(each.verdict), nullptr) << each.verdict;
    EXPECT_TRUE(known.insert(each.verdict).second) << each.verdict << " stands twice";
  }
}

}  // namespace
}  // namespace misproxy::reproduce
