#include "report/progress_text.hpp"

#include <gtest/gtest.h>

namespace misproxy::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProgressText, TellsWhatIsLeft) {
  const ProgressText text(200);
  EXPECT_EQ(text.line(0, seconds{10}), "misproxy: 0 of 200 runs after 10 s\n");
  EXPECT_EQ(text.line(50, seconds{30}), "misproxy: 50 of 200 runs after 30 s, 1 min 30 s left\n");
  EXPECT_EQ(text.line(1, seconds{3600}),
            "misproxy: 1 of 200 runs after 1 h 0 min, 199 h 0 min left\n");
  EXPECT_EQ(text.line(199, milliseconds{90'900}),
            "misproxy: 199 of 200 runs after 1 min 30 s, 1 s left\n");
  EXPECT_EQ(text.line(200, seconds{90}), "misproxy: 200 of 200 runs after 1 min 30 s\n");
}

TEST(ProgressText, TheBarIsDrawnOverItself) {
  const ProgressText text(200);
  EXPECT_EQ(text.bar(50, seconds{30}), "\r\x1b[K[" + std::string(10, '#') + std::string(30, '.') +
                                           "] 50/200, 1 min 30 s left");
  EXPECT_EQ(text.bar(200, seconds{30}), "\r\x1b[K[" + std::string(40, '#') + "] 200/200");
  EXPECT_EQ(ProgressText(0).bar(0, seconds{0}), "\r\x1b[K[" + std::string(40, '.') + "] 0/0");
}

}  // namespace
}  // namespace misproxy::test
