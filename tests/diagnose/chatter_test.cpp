// What is no evidence costs no more, byte for byte, than what is; whatever it looks like.

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "diagnose/read_evidence.hpp"

namespace misproxy::diagnose {
namespace {

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes)
    text += piece;
  return text;
}

/// Of this thread's processor, in seconds: the least of three.
double cost_of(const std::string& text) {
  double least = 1e9;
  for (int i = 0; i < 3; ++i) {
    timespec begin{};
    timespec end{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    read_evidence({{"chatter", text}});
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    least = std::min(least, static_cast<double>(end.tv_sec - begin.tv_sec) +
                                static_cast<double>(end.tv_nsec - begin.tv_nsec) * 1e-9);
  }
  return least;
}

constexpr std::string_view kChatter[] = {"\n",
                                         "\r\n",
                                         "\r",
                                         "\t",
                                         "\t\n",
                                         "x",
                                         "#\n",
                                         "* \n",
                                         "> \n",
                                         ">",
                                         "7",
                                         "12345\n",
                                         "    \n",
                                         std::string_view("\0", 1),
                                         "> > | x\n",
                                         "--2026-01-01 \n",
                                         "* hello world\n",
                                         "10:20:58.987654 IP a.1 > \n"};

TEST(Chatter, TwiceAsMuchCostsTwiceAsMuch) {
  constexpr std::size_t kBytes = 128 * 1024;
  for (const auto piece : kChatter) {
    const auto once = cost_of(repeated(piece, kBytes));
    const auto four_times = cost_of(repeated(piece, 4 * kBytes));
    EXPECT_LT(four_times, 10 * once + 0.02) << piece;
  }
}

TEST(Chatter, AnEmptyLineCostsNoMoreThanAByteOfEvidence) {
  constexpr std::size_t kBytes = 512 * 1024;
  const auto evidence = cost_of(repeated("> GET / HTTP/1.1\n", kBytes));
  for (const std::string_view piece : {"\n", "\r\n", "    \n", "x", "7", "{\"scenario\":\"x\"}\n"})
    EXPECT_LT(cost_of(repeated(piece, kBytes)), evidence + 0.02) << piece;
}

}  // namespace
}  // namespace misproxy::diagnose
