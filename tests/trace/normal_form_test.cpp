#include "trace/normal_form.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace misproxy {
namespace {

TraceLine line(std::int64_t connection, std::int64_t seq, TraceEvent event) {
  return {"s", connection, seq, Party::proxy, connection * 1000 + seq, std::move(event)};
}

/// A connection of two events to `host`, its `attempt`th.
std::vector<TraceLine> visit(std::int64_t connection, const std::string& host,
                             std::int64_t attempt) {
  return {line(connection, 0,
               TraceEvent(Point::accept, Party::client, Cause::peer, "connected")
                   .measuring("port", connection)),
          line(connection, 1,
               TraceEvent(Point::request_head, Party::client, Cause::peer, "request")
                   .with("host", host)
                   .with("attempt", attempt))};
}

std::vector<TraceLine> operator+(std::vector<TraceLine> a, const std::vector<TraceLine>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(NormalForm, NamesConnectionsByHostAndNumber) {
  EXPECT_EQ(normal_form(visit(7, "a.test", 1) + visit(9, "a.test", 2)),
            (std::vector<std::string>{
                "s a.test#1 proxy accept client peer connected",
                "s a.test#1 proxy request-head client peer request attempt=1 host=a.test",
                "s a.test#2 proxy accept client peer connected",
                "s a.test#2 proxy request-head client peer request attempt=2 host=a.test"}));
}

/// The attempts between are those of later requests.
TEST(NormalForm, NumbersConnectionsInTheOrderOfTheirAttempts) {
  EXPECT_EQ(normal_form(visit(7, "a.test", 2) + visit(9, "a.test", 12) + visit(10, "b.test", 3)),
            normal_form(visit(7, "a.test", 1) + visit(9, "a.test", 2) + visit(10, "b.test", 1)));
  EXPECT_NE(trace_digest(visit(7, "a.test", 2) + visit(9, "a.test", 12)),
            trace_digest(visit(7, "a.test", 2) + visit(9, "b.test", 12)));
}

TEST(NormalForm, DoesNotDependOnTheOrderOfArrival) {
  auto one = visit(1, "a.test", 1) + visit(2, "b.test", 1) + visit(3, "a.test", 2);
  const auto other = visit(3, "a.test", 1) + visit(1, "b.test", 1) + visit(2, "a.test", 2);
  EXPECT_EQ(trace_digest(one), trace_digest(other));
  std::swap(one[1], one[4]);  // lines of different connections interleave
  EXPECT_EQ(trace_digest(one), trace_digest(other));
}

TEST(NormalForm, SharesNoOrderBetweenSessions) {
  const auto handshake = TraceEvent(Point::tunnel, Party::origin, Cause::peer, "tls-handshake");
  auto one = visit(1, "a.test", 1);
  auto other = one;
  one.push_back({"s", 1, 2, Party::origin, 0, handshake});
  other[1].seq = 2;
  other.push_back({"s", 1, 1, Party::origin, 0, handshake});
  EXPECT_EQ(normal_form(one), normal_form(other));
}

TEST(NormalForm, SeesEveryDifference) {
  const auto base = visit(1, "a.test", 1);
  auto changed = base;
  changed[1].event.fields[0].second = "b.test";
  EXPECT_NE(trace_digest(changed), trace_digest(base));
  changed = base;
  changed[0].event.cause = Cause::injected;
  EXPECT_NE(trace_digest(changed), trace_digest(base));
  changed = base;
  changed.pop_back();
  EXPECT_NE(trace_digest(changed), trace_digest(base));
}

TEST(NormalForm, LeavesNoRoomForForgery) {
  auto one = visit(1, "a.test", 1);
  auto other = one;
  one[1].event.fields = {{"host", "a b=c"}, {"attempt", 1}};
  other[1].event.fields = {{"host", "a"}, {"b", "c"}, {"attempt", 1}};
  EXPECT_NE(normal_form(one), normal_form(other));
}

}  // namespace
}  // namespace misproxy
