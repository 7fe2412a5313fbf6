#include "reproduce/recipe.hpp"

#include <algorithm>

namespace misproxy::reproduce {

std::vector<Recipe> recipes() {
  std::vector<Recipe> all;
  for (const auto part : {recipe::reach(), recipe::reply(), recipe::tls(), recipe::certificate(),
                          recipe::path(), recipe::transfer(), recipe::origin(), recipe::none()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

const Recipe* find_recipe(std::string_view verdict) {
  static const auto all = recipes();
  const auto found = std::ranges::find(all, verdict, &Recipe::verdict);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace misproxy::reproduce
