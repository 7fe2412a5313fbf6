#include "proxy/field_lines.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

constexpr std::string_view kEnd = "\r\n";

std::string forwarded(std::string_view fields) {
  FieldLines lines(std::string("GET / HTTP/1.1\r\n").append(fields).append(kEnd));
  lines.remove_hop_by_hop();
  return lines.text();
}

TEST(FieldLines, KeepsOrderAndWriting) {
  EXPECT_EQ(forwarded("HOST: a\r\nX-One:1\r\nx-one: 2\r\n"),
            "HOST: a\r\nX-One:1\r\nx-one: 2\r\n\r\n");
  EXPECT_EQ(forwarded(""), "\r\n");
}

TEST(FieldLines, JoinsAContinuedLine) {
  EXPECT_EQ(forwarded("X: one\r\n  two\r\n\tthree\r\nY: 1\r\n"),
            "X: one two three\r\nY: 1\r\n\r\n");
}

TEST(FieldLines, LeavesOutWhatIsMeantForOneConnection) {
  EXPECT_EQ(forwarded("Proxy-Connection: keep-alive\r\nConnection: X-Mine, , Keep-Alive\r\n"
                      "TE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
                      "x-mine: 1\r\nProxy-Authorization: Basic eDp5\r\nX-Yours: 2\r\n"),
            "X-Yours: 2\r\n\r\n");
}

/// A request whose frame one end does not see is two requests to the other.
TEST(FieldLines, NobodyCanNameAwayWhatFramesAMessage) {
  EXPECT_EQ(forwarded("Connection: close, content-length, Transfer-Encoding\r\n"
                      "Connection: HOST\r\nHost: a\r\nContent-Length: 3\r\n"
                      "Transfer-Encoding: chunked\r\n"),
            "Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(FieldLines, GivesValuesWithoutBlanks) {
  const FieldLines lines("HTTP/1.1 200 OK\nA:  x \nB\na:y\n\n");
  EXPECT_EQ(lines.values("A"), (std::vector<std::string_view>{"x", "y"}));
  EXPECT_TRUE(lines.values("b").empty());
  EXPECT_TRUE(lines.has("b"));
  EXPECT_FALSE(lines.has("c"));
}

}  // namespace
}  // namespace misproxy
