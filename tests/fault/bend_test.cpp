#include "fault/bend.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace misproxy {
namespace {

using std::chrono::milliseconds;

const BendKey kKey{7, "f", "a.test#1", 0};

/// All that passes by `until`, step by step as the bends wish to be woken.
std::string passed_by(Bends& bends, Instant until) {
  std::string all;
  Instant now{};
  while (true) {
    for (const auto& piece : bends.take(now))
      all += piece;
    const auto wake = bends.wake();
    if (!wake || *wake > until) return all;
    EXPECT_GE(*wake, now) << "time goes on";
    now = std::max(now, *wake);
  }
}

Bends with(const Bend& bend) {
  Bends bends;
  bends.add(bend, kKey);
  return bends;
}

TEST(Bends, WithoutOneAllPassesAtOnce) {
  Bends bends;
  bends.put("abc", Instant{});
  EXPECT_EQ(bends.take(Instant{}), std::vector<std::string>{"abc"});
  EXPECT_EQ(bends.held(), 0U);
}

TEST(Bends, LateIsLateToTheNanosecond) {
  auto bends = with(Late{Milliseconds{50}});
  bends.put("abc", milliseconds{3});
  EXPECT_EQ(bends.wake(), Instant(milliseconds{53}));
  EXPECT_TRUE(bends.take(milliseconds{53} - std::chrono::nanoseconds{1}).empty());
  EXPECT_EQ(bends.take(milliseconds{53}), std::vector<std::string>{"abc"});
}

TEST(Bends, JitterKeepsTheOrderAndDependsOnTheOffsetAlone) {
  const std::string text(10'000, 'x');
  const auto times = [&](std::size_t cut) {
    auto bends = with(Late{Milliseconds{5}, Milliseconds{20}});
    for (std::size_t at = 0; at < text.size(); at += cut)
      bends.put(std::string_view(text).substr(at, cut), Instant{});
    std::vector<std::int64_t> all;
    while (const auto wake = bends.wake()) {
      std::size_t bytes = 0;
      for (const auto& piece : bends.take(*wake))
        bytes += piece.size();
      for (std::size_t i = 0; i < bytes; ++i)
        all.push_back(wake->count());
    }
    return all;
  };
  const auto whole = times(text.size());
  EXPECT_EQ(whole.size(), text.size());
  EXPECT_TRUE(std::is_sorted(whole.begin(), whole.end()));
  EXPECT_GT(whole.back(), whole.front());
  EXPECT_LE(whole.back(), Instant(milliseconds{25}).count());
  EXPECT_EQ(times(1), whole);
  EXPECT_EQ(times(700), whole);
}

TEST(Bends, ARateIsExactWhateverTheSteps) {
  for (const std::int64_t rate : {1, 999, 1'000, 65'537, 1'000'000, 500'000'000}) {
    auto bends = with(Pace{rate, 0});
    const auto size =
        static_cast<std::size_t>(std::min<std::int64_t>(rate * 10, std::int64_t{1} << 28));
    bends.put(std::string(size, 'x'), Instant{});
    const auto until =
        std::chrono::nanoseconds(static_cast<std::int64_t>(size) * 1'000'000'000 / rate);
    const auto half = passed_by(bends, until / 2).size();
    EXPECT_LE(half, size / 2) << rate;
    EXPECT_GE(static_cast<double>(half), 0.99 * static_cast<double>(size) / 2 - 1) << rate;
    EXPECT_EQ(half + passed_by(bends, until + milliseconds{10}).size(), size) << rate;
  }
}

TEST(Bends, ABurstPassesAtOnceAndNotTwice) {
  auto bends = with(Pace{1'000, 500});
  bends.put(std::string(2'000, 'x'), Instant{});
  EXPECT_EQ(bends.take(Instant{}).at(0).size(), 500U);
  EXPECT_EQ(bends.take(milliseconds{100}).at(0).size(), 100U);
}

TEST(Bends, SlicesPassOneAGap) {
  auto bends = with(Slices{3, Milliseconds{10}});
  bends.put("abcdefgh", milliseconds{1});
  EXPECT_EQ(bends.take(milliseconds{1}), std::vector<std::string>{"abc"});
  EXPECT_TRUE(bends.take(milliseconds{10}).empty());
  EXPECT_EQ(bends.take(milliseconds{31}), (std::vector<std::string>{"def", "gh"}))
      << "after a late wake-up, those that are due, each by itself";
}

TEST(Bends, ContentChangesAtTheByteInAnyCut) {
  const std::string text = "0123456789";
  for (const auto& [bend, wanted] :
       {std::pair<Bend, std::string>{Flip{std::uint8_t{1}, 2, {}}, "1023456789"},
        {Insert{"new"}, "new0123456789"},
        {Swallowed{3}, "3456789"},
        {Swallowed{}, ""}}) {
    for (const std::size_t cut : {1U, 3U, 10U}) {
      auto bends = with(bend);
      std::string passed;
      for (std::size_t at = 0; at < text.size(); at += cut) {
        bends.put(std::string_view(text).substr(at, cut), Instant{});
        for (const auto& piece : bends.take(Instant{}))
          passed += piece;
      }
      EXPECT_EQ(passed, wanted) << cut;
    }
  }
}

TEST(Bends, AreNoneOnceNothingMoreChanges) {
  for (const auto& [bend, last] : {std::pair<Bend, std::size_t>{Flip{std::uint8_t{1}, 2, {}}, 2},
                                   {Insert{"new"}, 0},
                                   {Swallowed{3}, 3}}) {
    auto bends = with(bend);
    for (std::size_t at = 0; at < last; ++at) {
      bends.take(Instant{});
      EXPECT_FALSE(bends.none()) << at;
      bends.put("x", Instant{});
    }
    bends.take(Instant{});
    EXPECT_TRUE(bends.none());
  }
  for (const auto& bend : {Bend{Flip{{}, 1, 10}}, Bend{Swallowed{}}, Bend{Pace{1'000, 1}}}) {
    auto bends = with(bend);
    bends.put("x", Instant{});
    bends.take(Instant{});
    EXPECT_FALSE(bends.none());
  }
}

TEST(Bends, ABytesBitIsTheSeeds) {
  const std::string text(4'000, '\0');
  const auto flipped = [&](std::uint64_t seed) {
    Bends bends;
    bends.add(Flip{{}, 1, 10}, {seed, "f", "a.test#1", 0});
    bends.put(text, Instant{});
    return bends.take(Instant{}).at(0);
  };
  const auto one = flipped(1);
  const auto changed = static_cast<std::size_t>(
      std::count_if(one.begin(), one.end(), [](char c) { return c != '\0'; }));
  EXPECT_GT(changed, 300U);
  EXPECT_LT(changed, 500U);
  for (const char c : one)
    EXPECT_EQ(static_cast<unsigned char>(c) & (static_cast<unsigned char>(c) - 1U), 0U);
  EXPECT_EQ(one, flipped(1));
  EXPECT_NE(one, flipped(2));
}

TEST(Bends, ContentComesBeforeTimeInWhateverOrderTheyAreAdded) {
  Bends bends;
  bends.add(Late{Milliseconds{10}}, kKey);
  bends.put("ab", Instant{});
  EXPECT_FALSE(bends.can_add(Late{Milliseconds{1}})) << "it would delay what stands before it";
  ASSERT_TRUE(bends.can_add(Insert{"!"}));
  bends.add(Insert{"!"}, kKey);
  bends.put("cd", Instant{});
  EXPECT_EQ(passed_by(bends, milliseconds{10}), "ab!cd");
}

TEST(Bends, WhatWaitsIsBounded) {
  for (const auto& bend :
       {Bend{Pace{10, 0}}, Bend{Slices{1, Milliseconds{1}}}, Bend{Late{Milliseconds{1'000}}}}) {
    auto bends = with(bend);
    std::size_t put = 0;
    while (!bends.full() && put < (std::size_t{64} << 20)) {
      bends.put(std::string(16 * 1024, 'x'), Instant{});
      put += 16 * 1024;
    }
    EXPECT_LT(put, std::size_t{64} << 20);
  }
}

}  // namespace
}  // namespace misproxy
