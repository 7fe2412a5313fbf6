#include "core/nearest.hpp"

#include <gtest/gtest.h>

#include <array>

namespace misproxy {
namespace {

constexpr std::array<std::string_view, 5> kWords{"accept", "request-head", "reply", "tunnel",
                                                 "close"};

TEST(Nearest, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest("tunel", kWords), "tunnel");
  EXPECT_EQ(nearest("requesthead", kWords), "request-head");
  EXPECT_EQ(nearest("request_head", kWords), "request-head");
  EXPECT_EQ(nearest("Reply", kWords), "reply");
  EXPECT_EQ(nearest("cloes", kWords), "close");
}

TEST(Nearest, KeepsQuietWhereNoneIsClose) {
  EXPECT_EQ(nearest("banana", kWords), std::nullopt);
  EXPECT_EQ(nearest("", kWords), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'a'), kWords), std::nullopt);
}

}  // namespace
}  // namespace misproxy
