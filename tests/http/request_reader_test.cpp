#include "http/request_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace misproxy {
namespace {

constexpr std::size_t kLimit = 1024;

struct Outcome {
  std::string what;  // the target, or the status of the refusal
  std::size_t taken = 0;
  bool operator==(const Outcome&) const = default;
};

/// Feeds `text` in pieces of `size` bytes until the reader has made up its mind.
Outcome read(std::string_view text, std::size_t size, std::string* reason = nullptr) {
  RequestReader reader(kLimit);
  std::size_t taken = 0;
  while (taken < text.size() && !reader.head() && !reader.error()) {
    taken += reader.feed_head(text.substr(taken, size));
  }
  if (reader.error()) {
    if (reason != nullptr) *reason = reader.error()->reason;
    return {std::to_string(reader.error()->status), 0};
  }
  if (!reader.head()) return {"more", taken};
  return {reader.head()->method + " " + reader.head()->target, taken};
}

/// The same for every cut, and for the same reason.
Outcome read_all_ways(std::string_view text) {
  std::string whole_reason;
  const auto whole = read(text, text.size(), &whole_reason);
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 2, 3, 7, 64}) {
    std::string reason;
    EXPECT_EQ(read(text, size, &reason).what, whole.what) << "in pieces of " << size;
    EXPECT_EQ(reason, whole_reason) << "in pieces of " << size;
  }
  return whole;
}

TEST(RequestReader, StopsAtTheEndOfTheHead) {
  const std::string head = "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n";
  EXPECT_EQ(read_all_ways(head + "\x16\x03\x01"), (Outcome{"CONNECT a.test:443", head.size()}));
}

TEST(RequestReader, PassesOverEmptyLinesInFront) {
  EXPECT_EQ(read_all_ways("\r\n\r\nGET / HTTP/1.0\r\n\r\n").what, "GET /");
}

TEST(RequestReader, RefusesWhatIsNoRequestAtOnce) {
  EXPECT_EQ(read_all_ways("\x16\x03\x01\x02").what, "400") << "a ClientHello";
  EXPECT_EQ(read_all_ways(std::string_view("\0\0", 2)).what, "400");
  EXPECT_EQ(read_all_ways("GET / HTTP/1.1\nHost: a\n\n").what, "400") << "bare LF";
  EXPECT_EQ(read_all_ways("\n").what, "400");
  EXPECT_EQ(read_all_ways("GET / HTTP/1.1\nHost: x\r\n\r\n").what, "400");
  EXPECT_EQ(read_all_ways("GET / HTTP/1.1\r\nHost: x\nA: b\r\n").what, "400") << "in a later line";
  EXPECT_EQ(read_all_ways("\xff").what, "400");
}

TEST(RequestReader, RefusesAHostThatIsNone) {
  const auto what = [](std::string_view host) {
    return read_all_ways(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", host)).what;
  };
  for (const auto* bad : {"a b", "a/b", "joe@a.test", "a.test:x", "a.test:99999", "http://a.test",
                          "[::1", "::1", "a,b", "a..b"})
    EXPECT_EQ(what(bad), "400") << bad;
  for (const auto* good : {"", "a.test", "a.test.", "a_b.test:80", "a.test:", "192.0.2.1",
                           "[2001:db8::1]", "[2001:db8::1]:8443"})
    EXPECT_NE(what(good), "400") << good;
}

TEST(RequestReader, RefusesBadHeads) {
  EXPECT_EQ(read_all_ways("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nhost: c\r\n\r\n").what, "400")
      << "whose is it?";
  for (const auto* head :
       {"GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1 x\r\n\r\n", "GET / http/1.1\r\n\r\n",
        "GET / HTTP/1\r\n\r\n", "GET / HTTP/1.\r\n\r\n", "GET / HTTP/11.1\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon\r\n\r\n", "GET / HTTP/1.1\r\nA\x01: b\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    EXPECT_EQ(read_all_ways(head).what, "400") << head;
  }
}

TEST(RequestReader, RefusesOtherMajorVersions) {
  for (const auto* head :
       {"GET / HTTP/2.0\r\n\r\n", "GET / HTTP/0.9\r\n\r\n",
        "CONNECT a.test:443 HTTP/3.1\r\nHost: a.test\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    EXPECT_EQ(read_all_ways(head).what, "505") << head;
}

/// RFC 9110 section 2.5.
TEST(RequestReader, ReadsAHigherMinorVersionAsTheHighestThatItKnows) {
  for (const char minor : {'1', '2', '9'}) {
    const auto text = std::string("GET /x HTTP/1.") + minor + "\r\nHost: a\r\n\r\n";
    EXPECT_EQ(read_all_ways(text), (Outcome{"GET /x", text.size()}));
    RequestReader reader(kLimit);
    reader.feed_head(text);
    EXPECT_EQ(reader.head()->version, 11);
    EXPECT_TRUE(reader.head()->keep_alive);
    EXPECT_EQ(reader.head()->text, text) << "as it came";
  }
}

TEST(RequestReader, KeepsItsLimitToTheByte) {
  const std::string start = "GET / HTTP/1.1\r\nA: ";
  const auto fitting = start + std::string(kLimit - start.size() - 4, 'x') + "\r\n\r\n";
  ASSERT_EQ(fitting.size(), kLimit);
  EXPECT_EQ(read_all_ways(fitting).what, "GET /");
  EXPECT_EQ(read_all_ways("GET / HTTP/1.1\r\nA: x" + fitting.substr(start.size())).what, "431");
  EXPECT_EQ(read_all_ways(std::string(10 * kLimit, 'x')).what, "431");
  std::string empty_lines;
  for (std::size_t i = 0; i < kLimit; ++i)
    empty_lines += "\r\n";
  EXPECT_EQ(read_all_ways(empty_lines).what, "431");
}

TEST(RequestReader, WaitsForTheRest) {
  EXPECT_EQ(read_all_ways("GET / HTTP/1.1\r\nHost: a.test\r\n").what, "more");
  EXPECT_EQ(read_all_ways("GET").what, "more");
}

/// Reads head and body in pieces, and returns the count of body bytes, and what is left behind it.
std::pair<std::uint64_t, std::string> read_body(std::string text, std::size_t size) {
  RequestReader reader(kLimit);
  while (!reader.head() && !reader.error())
    text.erase(0, reader.feed_head(text.substr(0, size)));
  while (!reader.complete() && !reader.error() && !text.empty()) {
    text.erase(0, reader.feed_body(text.substr(0, size)));
  }
  EXPECT_TRUE(reader.complete()) << (reader.error() ? reader.error()->reason : "");
  return {reader.body_bytes(), text};
}

TEST(RequestReader, CountsBodiesHoweverTheyAreCut) {
  const std::string sized = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /next";
  const std::string chunked =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10;x=y\r\n0123456789abcdef"
      "\r\n0\r\nA: b\r\n\r\nGET /next";
  const std::string empty =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /next";
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 2, 3, 5, 11, 1000}) {
    EXPECT_EQ(read_body(sized, size), (std::pair<std::uint64_t, std::string>{5, "GET /next"}))
        << size;
    EXPECT_EQ(read_body(chunked, size), (std::pair<std::uint64_t, std::string>{19, "GET /next"}))
        << size;
    EXPECT_EQ(read_body(empty, size), (std::pair<std::uint64_t, std::string>{0, "GET /next"}))
        << size;
  }
}

TEST(RequestReader, RefusesABrokenChunk) {
  for (const auto* body : {"zz\r\n", "3\nabc\n0\n\n"}) {
    RequestReader reader(kLimit);
    reader.feed_head("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    reader.feed_body(body);
    ASSERT_TRUE(reader.error()) << body;
    EXPECT_EQ(reader.error()->status, 400);
  }
}

TEST(RequestReader, HoldsNoEndlessChunkHeader) {
  for (const auto* start : {"5;x=", "0\r\nTrailer: "}) {
    RequestReader reader(kLimit);
    reader.feed_head("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    reader.feed_body(start);
    for (int i = 0; i < 100 && !reader.error(); ++i)
      reader.feed_body(std::string(100, 'x'));
    ASSERT_TRUE(reader.error()) << start;
    EXPECT_LE(reader.pending(), kLimit);
  }
}

TEST(RequestReader, KnowsWhatTheHeadersMean) {
  RequestReader reader(kLimit);
  reader.feed_head("PUT / HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(reader.head());
  EXPECT_FALSE(reader.head()->keep_alive);
  EXPECT_TRUE(reader.head()->expects_continue);
  EXPECT_TRUE(reader.complete());
}

}  // namespace
}  // namespace misproxy
