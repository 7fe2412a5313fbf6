#include "core/nearest.hpp"

#include <algorithm>
#include <vector>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kLongestWord = 64;  // longer input is no slip of a finger

char folded(char c) {
  if (c == '_') return '-';
  return lower(c);
}

/// Optimal string alignment distance over case-folded letters.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j)
    d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                           folded(a[i - 2]) == folded(b[j - 1]);
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view text,
                                        std::span<const std::string_view> words) {
  if (text.empty() || text.size() > kLongestWord) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = 0;
  for (const auto candidate : words) {
    const auto apart = distance(text, candidate);
    const auto allowed = std::max<std::size_t>(1, std::max(text.size(), candidate.size()) / 3);
    if (apart > allowed || (best && apart >= best_distance)) continue;
    best = candidate;
    best_distance = apart;
  }
  return best;
}

}  // namespace misproxy
