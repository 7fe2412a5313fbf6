#include "comparison/side_by_side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "comparison/pace.hpp"

namespace misproxy::comparison {
namespace {

using Places = std::vector<std::size_t>;
constexpr std::size_t kMostCells = 25'000'000;  // of a table of two sequences

Places places_of(const Conversation& conversation, bool from_opener) {
  Places places;
  for (std::size_t i = 0; i < conversation.segments.size(); ++i) {
    if (conversation.segments[i].from_opener == from_opener) places.push_back(i);
  }
  return places;
}

/// Which segment of the right stands beside which of the left, one direction at a time.
class Matching {
 public:
  Matching(const Conversation& left, const Conversation& right)
      : left_(left), right_(right), beside_(left.segments.size()) {
    for (const bool from_opener : {true, false})
      match(places_of(left, from_opener), places_of(right, from_opener));
  }
  /// Of a place of the left.
  std::optional<std::size_t> beside(std::size_t place) const { return beside_[place]; }

 private:
  bool alike(std::size_t left, std::size_t right) const {
    return alike_but_for_push(left_.segments[left], right_.segments[right]);
  }
  void pair(std::span<const std::size_t> left, std::span<const std::size_t> right) {
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
      beside_[left[i]] = right[i];
  }
  /// What has no equal, but for bare ACKs, which stand alone.
  void pair_unequal(std::span<const std::size_t> left, std::span<const std::size_t> right) {
    Places data_left;
    Places data_right;
    std::ranges::copy_if(left, std::back_inserter(data_left),
                         [&](std::size_t i) { return !left_.segments[i].is_bare_ack(); });
    std::ranges::copy_if(right, std::back_inserter(data_right),
                         [&](std::size_t i) { return !right_.segments[i].is_bare_ack(); });
    pair(data_left, data_right);
  }

  void match(std::span<const std::size_t> left, std::span<const std::size_t> right) {
    const auto most = std::min(left.size(), right.size());
    std::size_t begin = 0;
    while (begin < most && alike(left[begin], right[begin]))
      ++begin;
    pair(left.first(begin), right.first(begin));
    left = left.subspan(begin);
    right = right.subspan(begin);
    if (left.size() * right.size() > kMostCells) return pair(left, right);
    match_rest(left, right);
  }

  /// By a longest common subsequence; what stands alone on both sides between two of its members is
  /// taken for one that differs.
  void match_rest(std::span<const std::size_t> left, std::span<const std::size_t> right) {
    const auto width = right.size() + 1;
    std::vector<std::uint16_t> best((left.size() + 1) * width);
    for (auto i = left.size(); i-- > 0;) {
      for (auto j = right.size(); j-- > 0;) {
        const auto cell = i * width + j;
        best[cell] = alike(left[i], right[j])
                         ? static_cast<std::uint16_t>(best[cell + width + 1] + 1)
                         : std::max(best[cell + width], best[cell + 1]);
      }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    std::size_t left_since = 0;
    std::size_t right_since = 0;
    while (i < left.size() && j < right.size()) {
      if (alike(left[i], right[j])) {
        pair_unequal(left.subspan(left_since, i - left_since),
                     right.subspan(right_since, j - right_since));
        beside_[left[i++]] = right[j++];
        left_since = i;
        right_since = j;
      } else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
    pair_unequal(left.subspan(left_since), right.subspan(right_since));
  }

  const Conversation& left_;
  const Conversation& right_;
  std::vector<std::optional<std::size_t>> beside_;
};

std::chrono::nanoseconds pause_before(const Conversation& conversation, std::size_t place) {
  const auto at = conversation.segments[place].at;
  return place == 0 ? at : at - conversation.segments[place - 1].at;
}

bool is_void_ack(const Conversation& conversation, std::size_t place) {
  const auto& ack = conversation.segments[place];
  if (!ack.is_bare_ack() || !ack.sack.empty() || ack.no_room) return false;
  for (auto next = place + 1; next < conversation.segments.size(); ++next) {
    const auto& later = conversation.segments[next];
    if (later.at - ack.at > kBurst) return false;
    if (later.from_opener == ack.from_opener && later.ack >= ack.ack) return true;
  }
  return false;
}

/// One that the other side does not have.
Pair alone(const Conversation& conversation, std::size_t place, bool is_left) {
  const auto* segment = &conversation.segments[place];
  Pair pair{is_left ? segment : nullptr, is_left ? nullptr : segment, Pair::Mark::differs};
  if (is_void_ack(conversation, place)) pair.mark = Pair::Mark::void_ack;
  return pair;
}

Pair both(const Conversation& left, std::size_t i, const Conversation& right, std::size_t j) {
  const auto& a = left.segments[i];
  const auto& b = right.segments[j];
  Pair pair{&a, &b, Pair::Mark::equal};
  const auto what = difference(a, b);
  if (!what.empty() && alike_but_for_push(a, b)) {
    pair.mark = Pair::Mark::write;
  } else if (!what.empty()) {
    pair.mark = Pair::Mark::differs;
    pair.why = fmt::format("{}: {}, and there {}", what, words(a), words(b));
    return pair;
  }
  const auto before_a = pause_before(left, i);
  const auto before_b = pause_before(right, j);
  const auto apart = std::max(before_a - before_b, before_b - before_a);
  const std::chrono::duration<double, std::nano> coarse = std::max(before_a, before_b) * kCoarse;
  // Where what came before was late, as a timer may be, this need not be.
  const auto since_begin = std::max(a.at - b.at, b.at - a.at);
  if (apart <= kSlack + coarse || since_begin <= kSlack) return pair;
  const auto ms = [](auto time) { return std::chrono::duration<double, std::milli>(time).count(); };
  pair.mark = Pair::Mark::time;
  pair.why = fmt::format("time: {:.1f} ms after what came before, and there {:.1f} ms",
                         ms(before_a), ms(before_b));
  return pair;
}

}  // namespace

std::vector<Pair> side_by_side(const Conversation& left, const Conversation& right) {
  const Matching matching(left, right);
  std::vector<bool> is_matched(right.segments.size());
  for (std::size_t i = 0; i < left.segments.size(); ++i) {
    if (const auto j = matching.beside(i)) is_matched[*j] = true;
  }
  std::vector<Pair> pairs;
  std::size_t told = 0;  // of the right: what stands alone before it has been told
  const auto tell_alone = [&](std::size_t until) {
    for (; told < until; ++told) {
      if (!is_matched[told]) pairs.push_back(alone(right, told, false));
    }
  };
  for (std::size_t i = 0; i < left.segments.size(); ++i) {
    const auto j = matching.beside(i);
    if (j) tell_alone(*j);
    pairs.push_back(j ? both(left, i, right, *j) : alone(left, i, true));
  }
  tell_alone(right.segments.size());
  excuse_pace(left, right, pairs);
  return pairs;
}

}  // namespace misproxy::comparison
