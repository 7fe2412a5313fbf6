#include "plan/nonce_book.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

using Use = NonceBook::Use;
using namespace std::chrono_literals;

constexpr NonceBook::Terms kTerms{10s, {}, {}, true};

TEST(NonceBook, WantsTheCountToRise) {
  NonceBook book;
  book.give("n", 1, 0s);
  EXPECT_EQ(book.use("n", 1, kTerms, 0s), Use::fresh);
  EXPECT_EQ(book.use("n", 1, kTerms, 0s), Use::replayed);
  EXPECT_EQ(book.use("n", 7, kTerms, 0s), Use::fresh) << "it may leave some out";
  EXPECT_EQ(book.use("n", 6, kTerms, 0s), Use::replayed);
  EXPECT_EQ(book.use("n", 0, kTerms, 0s), Use::replayed) << "the first is 1";
  EXPECT_EQ(book.use("other", 1, kTerms, 0s), Use::unknown);
  auto lax = kTerms;
  lax.counts = false;
  EXPECT_EQ(book.use("n", 1, lax, 0s), Use::fresh);
}

TEST(NonceBook, ANonceRunsOut) {
  NonceBook book;
  book.give("n", 1, 5s);
  EXPECT_EQ(book.use("n", 1, kTerms, 15s), Use::fresh);
  EXPECT_EQ(book.use("n", 2, kTerms, 15s + 1ns), Use::expired);
  EXPECT_EQ(book.use("n", 2, kTerms, 15s), Use::fresh) << "what was refused has not counted";
  NonceBook::Terms twice{10s, 2, {}, true};
  book.give("m", 1, 0s);
  EXPECT_EQ(book.use("m", 1, twice, 0s), Use::fresh);
  EXPECT_EQ(book.use("m", 2, twice, 0s), Use::fresh);
  EXPECT_EQ(book.use("m", 3, twice, 0s), Use::expired);
}

TEST(NonceBook, ANonceIsGoodForEveryConnectionUnlessBound) {
  NonceBook book;
  book.give("n", 1, 0s);
  EXPECT_EQ(book.use("n", 1, kTerms, 0s), Use::fresh);
  NonceBook::Terms bound{10s, {}, 2, true};
  EXPECT_EQ(book.use("n", 2, bound, 0s), Use::unknown);
  bound.connection = 1;
  EXPECT_EQ(book.use("n", 2, bound, 0s), Use::fresh);
}

TEST(NonceBook, IsBounded) {
  NonceBook book(2);
  book.give("a", 1, 0s);
  book.give("b", 1, 0s);
  EXPECT_EQ(book.use("a", 1, kTerms, 0s), Use::fresh);
  book.give("c", 1, 0s);
  EXPECT_EQ(book.use("b", 1, kTerms, 0s), Use::unknown) << "nobody has used it longest";
  EXPECT_EQ(book.use("a", 2, kTerms, 0s), Use::fresh);
}

}  // namespace
}  // namespace misproxy
