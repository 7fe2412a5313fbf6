#include "client/seen_exchanges.hpp"

#include <gtest/gtest.h>

#include <string>

namespace misproxy {
namespace {

/// A trace that is written as it goes, a millisecond an event.
class Told {
 public:
  Told& event(std::int64_t connection, std::string_view name, TraceFields fields = {},
              TraceFields measured = {}, Cause cause = Cause::peer) {
    TraceEvent event(Point::accept, Party::proxy, cause, name);
    event.fields = std::move(fields);
    event.measured = std::move(measured);
    const auto seq = static_cast<std::int64_t>(lines_.size());
    lines_.push_back({"s", connection, seq, Party::proxy, seq * 1000, std::move(event)});
    return *this;
  }
  Told& connect(std::int64_t connection, std::int64_t status) {
    event(connection, "connected")
        .event(connection, "request", {{"method", "CONNECT"}, {"target", "a.test:443"}},
               {{"http_version", "1.1"}, {"fields", "Host: a.test:443\nCookie: ***"}});
    return status == 0 ? *this : event(connection, "reply", {{"status", status}});
  }
  Told& get(std::int64_t connection) {
    return event(connection, "inner-request",
                 {{"method", "GET"}, {"target", "/f"}, {"body_bytes", std::int64_t{0}}},
                 {{"http_version", "2"}});
  }
  Told& answer(std::int64_t connection) {
    return event(connection, "inner-response",
                 {{"status", std::int64_t{200}}, {"body_bytes", std::int64_t{300}}});
  }
  Told& injected(std::int64_t connection, std::string_view name, TraceFields fields = {}) {
    return event(connection, name, std::move(fields), {}, Cause::injected);
  }
  std::vector<Exchange> seen() const { return seen_exchanges(lines_); }

 private:
  std::vector<TraceLine> lines_;
};

TEST(SeenExchanges, AreRequestsWithTheirAnswers) {
  const auto seen = Told().connect(1, 200).get(1).answer(1).event(1, "closed").seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].method, "CONNECT");
  EXPECT_EQ(seen[0].target, "a.test:443");
  EXPECT_EQ(seen[0].status, 200);
  EXPECT_EQ(seen[0].request_headers,
            (Exchange::Headers{{"Host", "a.test:443"}, {"Cookie", "***"}}));
  EXPECT_EQ(seen[1].target, "https://a.test/f");
  EXPECT_EQ(seen[1].version, "2");
  EXPECT_EQ(seen[1].status, 200);
  EXPECT_EQ(seen[1].response_bytes, 300U);
  EXPECT_EQ(seen[1].error, "");
  EXPECT_EQ(seen[1].answered - seen[1].asked, std::chrono::milliseconds(1));
}

TEST(SeenExchanges, ConnectionsAreKeptApart) {
  const auto seen = Told().connect(1, 200).connect(2, 403).get(1).event(2, "closed").seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[1].connection, 2);
  EXPECT_EQ(seen[1].status, 403);
  EXPECT_EQ(seen[2].connection, 1);
  EXPECT_EQ(seen[2].error, "") << "it goes on";
}

TEST(SeenExchanges, SayWhatBrokeOneOff) {
  const auto last = [](const Told& told) { return told.seen().back(); };
  EXPECT_EQ(last(Told().connect(1, 0).event(1, "closed")).error, "Proxy CONNECT aborted");
  EXPECT_EQ(last(Told().connect(1, 0).injected(1, "stall").event(1, "closed")).error,
            "Operation timed out");
  EXPECT_EQ(
      last(Told().connect(1, 0).injected(1, "close", {{"how", "rst"}}).event(1, "closed")).error,
      "Connection reset by peer");
  EXPECT_EQ(last(Told().connect(1, 200).get(1).event(1, "closed")).error,
            "Empty reply from server");
  const auto cut =
      last(Told()
               .connect(1, 200)
               .get(1)
               .answer(1)
               .injected(1, "close", {{"how", "fin"}, {"body_offset", std::int64_t{7}}})
               .event(1, "closed"));
  EXPECT_EQ(cut.error, "transfer closed with bytes remaining to read");
  EXPECT_EQ(cut.response_bytes, 7U);
  EXPECT_EQ(
      last(Told().connect(1, 200).event(1, "tls-failed", {{"why", "no"}}).event(1, "closed")).error,
      "TLS failed: no");
}

TEST(SeenExchanges, WhatHasNoRequestIsNone) {
  EXPECT_TRUE(Told().event(1, "connected").event(1, "closed").answer(1).seen().empty());
  EXPECT_TRUE(seen_exchanges({}).empty());
}

}  // namespace
}  // namespace misproxy
