#include "core/draw.hpp"

#include <gtest/gtest.h>

#include <string>

namespace misproxy {
namespace {

std::string piece(std::uint64_t key, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  SeededBytes(key).fill(offset, bytes);
  return bytes;
}

TEST(Draw, DependsOnEveryPartOfItsKey) {
  const auto one = draw(1, "rule", "a#1", 0);
  EXPECT_EQ(one, draw(1, "rule", "a#1", 0));
  EXPECT_NE(one, draw(2, "rule", "a#1", 0));
  EXPECT_NE(one, draw(1, "rules", "a#1", 0));
  EXPECT_NE(one, draw(1, "rule", "a#2", 0));
  EXPECT_NE(one, draw(1, "rule", "a#1", 1));
}

TEST(Draw, IsTheSameOnEveryMachine) {
  // Computed by hand from SplitMix64's finalizer and FNV-1a.
  EXPECT_EQ(draw(1, "rule", "a#1", 0), 0xd1c880415ff87ca0U);
}

TEST(Draw, FractionsSpreadEvenly) {
  int below = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const auto fraction = draw_fraction(1, "rule", "a#1", i);
    ASSERT_GE(fraction, 0.0);
    ASSERT_LT(fraction, 1.0);
    below += fraction < 0.3 ? 1 : 0;
  }
  EXPECT_NEAR(below, 3000, 200);
}

TEST(SeededBytes, AreTheSameOneByOneAndManyAtOnce) {
  const auto whole = piece(7, 16, 8 * 100);
  std::string words;
  for (std::uint64_t at = 0; at < whole.size(); at += 8)
    words += piece(7, 16 + at, 8);
  EXPECT_EQ(words, whole);
}

TEST(SeededBytes, AreTheSameHoweverTheyAreCut) {
  const auto whole = piece(7, 0, 300);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    ASSERT_EQ(piece(7, 0, cut) + piece(7, cut, whole.size() - cut), whole) << cut;
  }
  EXPECT_NE(piece(8, 0, 300), whole);
}

}  // namespace
}  // namespace misproxy
