// What a client asks of a representation before it gets it: conditions, and parts.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/multipart_ranges.hpp"
#include "support/plain_talk.hpp"

namespace misproxy {
namespace {

using test::body_of;
using test::get;
using test::has;
using test::PlainTalk;
using test::route;

std::string request(std::string_view line, std::string_view headers) {
  return fmt::format("{} HTTP/1.1\r\nHost: a.test\r\n{}\r\n", line, headers);
}

std::string status(const std::string& answer) { return answer.substr(9, 3); }

/// As RFC 9110 section 14.6 has it, of what it is to be a part of.
std::string multipart(std::string_view whole, const std::vector<ByteRange>& parts,
                      std::string_view type) {
  const auto said = MultipartRanges(parts, whole.size(), type).content_type();
  const auto boundary = said.substr(said.find('=') + 1);
  std::string body;
  for (const auto& part : parts) {
    body +=
        fmt::format("{}--{}\r\nContent-Type: {}\r\nContent-Range: bytes {}-{}/{}\r\n\r\n{}",
                    body.empty() ? "" : "\r\n", boundary, type, part.first,
                    part.first + part.size - 1, whole.size(), whole.substr(part.first, part.size));
  }
  return fmt::format("{}\r\n--{}--\r\n", body, boundary);
}

TEST(Conditions, SeveralPartsComeAsOneMessage) {
  const auto text = route("path = '/x'\ntext = '0123456789'\netag = '\"v1\"'") +
                    route("path = '/c'\ntext = '0123456789'\nframing = 'close'");
  PlainTalk talk(text);
  const auto answer = talk.ask(get("/x", "Range: bytes=0-1,4-5,50-\r\n"));
  const auto body = multipart("0123456789", {{0, 2}, {4, 2}}, "text/plain; charset=utf-8");
  EXPECT_EQ(status(answer), "206");
  EXPECT_TRUE(has(answer, "\r\nContent-Type: multipart/byteranges; boundary=misproxy-")) << answer;
  EXPECT_TRUE(has(answer, fmt::format("\r\nContent-Length: {}\r\n", body.size()))) << answer;
  EXPECT_EQ(body_of(answer), body);
  EXPECT_FALSE(has(answer.substr(0, answer.find("\r\n\r\n")), "Content-Range")) << answer;
  EXPECT_TRUE(has(answer, "ETag: \"v1\"\r\n")) << answer;
  EXPECT_EQ(talk.ask(get("/x", "Range: bytes=0-1,4-5,50-\r\n")), answer) << "and so each time";
  EXPECT_EQ(body_of(talk.ask(get("/x", "Range: bytes=4-5,70-\r\n"))), "45")
      << "one that is there comes as one";
  EXPECT_EQ(body_of(talk.ask(get("/x", "Range: bytes=0-,0-,0-\r\n"))), "0123456789");
  EXPECT_EQ(body_of(talk.ask(get("/c", "Range: bytes=0-1,4-5\r\n"))), body);
}

TEST(Conditions, SeveralPartsOfADownloadAndOfAFile) {
  PlainTalk talk("files = '/tmp'\n");
  const auto whole = body_of(talk.ask(get("/bytes/300000")));
  talk.files.add("/tmp/update.sh", whole);
  const std::vector<ByteRange> parts{{0, 100'000}, {150'000, 140'000}, {299'999, 1}};
  constexpr auto kRange = "Range: bytes=0-99999,150000-289999,-1\r\n";
  EXPECT_TRUE(body_of(talk.ask(get("/bytes/300000", kRange))) ==
              multipart(whole, parts, "application/octet-stream"));
  EXPECT_TRUE(body_of(talk.ask(get("/update.sh", kRange))) ==
              multipart(whole, parts, "application/x-sh"));
  EXPECT_TRUE(talk.endings.empty());
}

TEST(Conditions, APartOfAFileThatBecomesShorterEndsTheConnection) {
  PlainTalk talk("files = '/tmp'\n");
  talk.files.add("/tmp/x", std::string(200'000, 'x'), 100'000);
  talk.ask(get("/x", "Range: bytes=0-9,50000-150000,199999-\r\n"));
  EXPECT_EQ(talk.notes.back(), "body-cut-short");
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
}

TEST(Conditions, ARangeIsForGetAlone) {
  PlainTalk talk(route("path = '/x'\ntext = '0123456789'"));
  for (const auto* range : {"0-1", "0-1,4-5", "90-"}) {
    const auto answer = talk.ask(request("HEAD /x", fmt::format("Range: bytes={}\r\n", range)));
    EXPECT_EQ(status(answer), "200") << range;
    EXPECT_TRUE(has(answer, "Content-Length: 10\r\n")) << answer;
  }
}

constexpr auto kDated =
    "path = '/x'\ntext = 'text'\netag = '\"v1\"'\n"
    "last_modified = 'Sun, 06 Nov 1994 08:49:37 GMT'\n";

TEST(Conditions, WhatDoesNotHoldIs412) {
  PlainTalk talk(route(kDated));
  for (const auto* fails :
       {"If-Match: \"v2\"", "If-Match: W/\"v1\"", "If-Match: nonsense",
        "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT",
        "If-Unmodified-Since: Sunday, 06-Nov-94 08:49:36 GMT",
        "If-Unmodified-Since: Sun Nov  6 08:49:36 1994",
        "If-Match: \"v2\"\r\nIf-None-Match: \"v1\"", "If-Match: \"v2\"\r\nRange: bytes=0-1"}) {
    const auto answer = talk.ask(get("/x", fmt::format("{}\r\n", fails)));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 412 Precondition Failed\r\n")) << fails << answer;
    EXPECT_TRUE(has(answer, "Content-Length: 0\r\n")) << answer;
    EXPECT_EQ(body_of(answer), "");
    EXPECT_EQ(status(talk.ask(request("HEAD /x", fmt::format("{}\r\n", fails)))), "412") << fails;
  }
  for (const auto* holds :
       {"If-Match: \"v1\"", "If-Match: \"a,b\", \"v1\"", "If-Match: *",
        "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
        "If-Unmodified-Since: Sun Nov  6 08:49:37 1994", "If-Unmodified-Since: yesterday",
        "If-Match: \"v1\"\r\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT"})
    EXPECT_EQ(body_of(talk.ask(get("/x", fmt::format("{}\r\n", holds)))), "text") << holds;
}

/// RFC 9110 section 13.2.2: first whether it is the right one, then whether the client has it.
TEST(Conditions, EachHasItsTurn) {
  PlainTalk talk(route(kDated));
  EXPECT_EQ(status(talk.ask(get("/x", "If-Match: \"v1\"\r\nIf-None-Match: \"v1\"\r\n"))), "304");
  const auto part = talk.ask(
      get("/x", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nRange: bytes=0-1\r\n"));
  EXPECT_EQ(status(part), "206");
  EXPECT_EQ(body_of(part), "te");
}

TEST(Conditions, DatesComeInObsoleteFormsToo) {
  PlainTalk talk(route(kDated));
  for (const auto* same : {"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(status(talk.ask(get("/x", fmt::format("If-Modified-Since: {}\r\n", same)))), "304");
    const auto part =
        talk.ask(get("/x", fmt::format("Range: bytes=0-0\r\nIf-Range: {}\r\n", same)));
    EXPECT_EQ(body_of(part), "t") << same;
  }
  const auto* before = "Saturday, 05-Nov-94 08:49:37 GMT";
  EXPECT_EQ(status(talk.ask(get("/x", fmt::format("If-Modified-Since: {}\r\n", before)))), "200");
}

TEST(Conditions, WithoutValidatorsOnlyWhatIsThereCanBeAskedFor) {
  PlainTalk talk(route("path = '/x'\ntext = 'text'"));
  EXPECT_EQ(status(talk.ask(get("/x", "If-Match: \"v1\"\r\n"))), "412");
  EXPECT_EQ(status(talk.ask(get("/x", "If-Match: *\r\n"))), "200");
  EXPECT_EQ(status(talk.ask(get("/x", "If-None-Match: *\r\n"))), "304");
  EXPECT_EQ(status(talk.ask(get("/x", "If-None-Match: \"v1\"\r\n"))), "200");
  EXPECT_EQ(status(talk.ask(get("/x", "If-Unmodified-Since: Sun Nov  6 08:49:37 1994\r\n"))), "200")
      << "it has no date";
  EXPECT_EQ(status(talk.ask(get("/none", "If-Match: \"v1\"\r\n"))), "404")
      << "conditions are for what would succeed";
}

TEST(Conditions, AnUploadTooHasThem) {
  PlainTalk talk(route(fmt::format("method = 'PUT'\n{}", kDated)) +
                 route("path = '/new'\nmethod = '*'\nstatus = 201"));
  const auto put = [&](std::string_view path, std::string_view header) {
    return status(talk.ask(
        request(fmt::format("PUT {}", path), fmt::format("{}\r\nContent-Length: 0\r\n", header))));
  };
  EXPECT_EQ(put("/x", "If-Match: \"v1\""), "200");
  EXPECT_EQ(put("/x", "If-Match: \"v2\""), "412");
  EXPECT_EQ(put("/x", "If-None-Match: *"), "412") << "there is one";
  EXPECT_EQ(put("/x", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"), "200") << "for GET";
  EXPECT_EQ(put("/new", "If-None-Match: *"), "201") << "nobody says that there is one";
  EXPECT_EQ(status(talk.ask(request("OPTIONS /new", "If-Match: \"v1\"\r\n"))), "201");
}

}  // namespace
}  // namespace misproxy
