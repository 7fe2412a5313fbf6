#include "reproduce/compare.hpp"

#include <algorithm>

namespace misproxy::reproduce {

std::vector<Compared> compare(const std::vector<Sign>& evidence, const std::vector<Sign>& run) {
  std::vector<Compared> all;
  for (const auto& sign : evidence) {
    const auto other = std::ranges::find(run, sign.name, &Sign::name);
    const bool there = other != run.end();
    all.push_back({std::string(sign.name), sign.text, there ? other->text : "not shown",
                   there && agree(sign, *other), sign.decides});
  }
  return all;
}

bool holds(const std::vector<Compared>& before, const std::vector<Compared>& now) {
  return std::ranges::all_of(before, [&](const Compared& each) {
    if (!each.agrees || !each.decides) return true;
    const auto still = std::ranges::find(now, each.name, &Compared::name);
    return still != now.end() && still->agrees;
  });
}

}  // namespace misproxy::reproduce
