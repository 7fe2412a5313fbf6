#include "virtual/queue.hpp"

#include <gmock/gmock.h>

namespace misproxy::simulated {
namespace {

using ::testing::ElementsAre;

// Where a timer is moved, its old task must find out and wait again, but not lose its place by it.
TEST(QueueTimer, KeepsThePlaceInWhichItWasStarted) {
  EventQueue queue;
  std::vector<int> ran;
  QueueTimer timer(queue, [&ran] { ran.push_back(2); });
  timer.start(Milliseconds{5});
  queue.after(Milliseconds{10}, [&ran] { ran.push_back(1); });
  timer.start(Milliseconds{10});
  queue.after(Milliseconds{10}, [&ran] { ran.push_back(3); });
  while (!queue.empty())
    queue.run_next();
  EXPECT_THAT(ran, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace misproxy::simulated
