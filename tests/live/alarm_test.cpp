#include "live/alarm.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

namespace misproxy::test {
namespace {

using live::Alarm;
using std::chrono::milliseconds;

TEST(Alarms, ComeInTheOrderOfTheirTimesAndNotBefore) {
  boost::asio::io_context context(1);
  std::string order;
  Alarm late, early;
  const auto due = Alarm::Clock::now() + milliseconds{20};
  late.exactly_at(context.get_executor(), due, [&] {
    order += 'l';
    EXPECT_GE(Alarm::Clock::now(), due);
  });
  early.after(context.get_executor(), milliseconds{5}, [&] { order += 'e'; });
  context.run();  // which ends once nothing is left
  EXPECT_EQ(order, "el");
}

TEST(Alarms, OneThatIsMovedComesOnceAndOneThatIsGoneNever) {
  boost::asio::io_context context(1);
  int calls = 0;
  Alarm moved;
  moved.after(context.get_executor(), std::chrono::hours{1}, [&] { calls += 100; });
  moved.after(context.get_executor(), milliseconds{1}, [&] { ++calls; });
  {
    Alarm gone;
    gone.after(context.get_executor(), milliseconds{1}, [&] { calls += 10; });
  }
  Alarm cancelled;
  cancelled.after(context.get_executor(), std::chrono::hours{1}, [&] { calls += 1000; });
  cancelled.cancel();
  context.run();
  EXPECT_EQ(calls, 1);
}

TEST(Alarms, TheCallMayEndWhoHasTheAlarmAndSetAnother) {
  boost::asio::io_context context(1);
  std::string order;
  Alarm next;
  auto owner = std::make_unique<Alarm>();
  owner->after(context.get_executor(), milliseconds{1}, [&] {
    owner.reset();
    order += 'o';
    next.after(context.get_executor(), milliseconds{0}, [&] { order += 'n'; });
    order += '.';  // what is at hand goes first
  });
  context.run();
  EXPECT_EQ(order, "o.n");
}

}  // namespace
}  // namespace misproxy::test
