#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

#include "core/sha256.hpp"
#include "support/plain_talk.hpp"

namespace misproxy {
namespace {

using test::body_of;
using test::fault_text;
using test::get;
using test::has;
using test::PlainTalk;
using test::route;

std::string gunzip(const std::string& bytes) {
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, 15 + 16), Z_OK);
  std::string input = bytes;
  std::string output(1 << 20, '\0');
  z.next_in = reinterpret_cast<Bytef*>(input.data());
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = reinterpret_cast<Bytef*>(output.data());
  z.avail_out = static_cast<uInt>(output.size());
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(z.avail_in, 0U) << "bytes behind the end";
  output.resize(z.total_out);
  inflateEnd(&z);
  return output;
}

std::string unchunked(std::string_view bytes) {
  std::string body;
  while (true) {
    const auto size = std::stoul(std::string(bytes.substr(0, bytes.find("\r\n"))), nullptr, 16);
    bytes.remove_prefix(bytes.find("\r\n") + 2);
    body += bytes.substr(0, size);
    EXPECT_EQ(bytes.substr(size, 2), "\r\n");
    bytes.remove_prefix(size + 2);
    if (size == 0) {
      EXPECT_EQ(bytes, "");
      return body;
    }
  }
}

TEST(RouteAnswers, TheFirstThatFitsAnswersAndTheUsualOnesStandBehind) {
  PlainTalk talk(route("path = '/auto-update/*'\ntext = 'first'\nheaders = ['X-Kind: one']") +
                 route("path = '/healthcheck'\nmethod = 'POST'\nstatus = 201\nhex = '00ff'") +
                 route("path = '/*.sh'\ntext = 'script'"));
  const auto first = talk.ask(get("/auto-update/x.sh?key=1"));
  EXPECT_TRUE(has(first, "HTTP/1.1 200 OK\r\n") && has(first, "X-Kind: one\r\n")) << first;
  EXPECT_TRUE(has(first, "Content-Type: text/plain; charset=utf-8\r\n")) << first;
  EXPECT_EQ(body_of(first), "first");
  EXPECT_EQ(body_of(talk.ask(get("/b.sh"))), "script");
  const auto posted =
      talk.ask("POST /healthcheck HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_TRUE(has(posted, "HTTP/1.1 201 Created\r\n")) << posted;
  EXPECT_EQ(body_of(posted), std::string("\0\xff", 2));
  const auto other = talk.ask(get("/healthcheck"));
  EXPECT_TRUE(has(other, "HTTP/1.1 405 ") && has(other, "Allow: POST\r\n")) << other;
  EXPECT_EQ(body_of(talk.ask(get("/bytes/7"))).size(), 7U);
}

TEST(RouteAnswers, HeadHasTheSameHeadAndNoBody) {
  PlainTalk talk(route("path = '/x'\nmethod = 'GET'\nbytes = 1000\netag = '\"v1\"'"));
  const auto whole = talk.ask(get("/x"));
  const auto head = talk.ask("HEAD /x HTTP/1.1\r\nHost: a.test\r\n\r\n");
  EXPECT_EQ(head, whole.substr(0, whole.find("\r\n\r\n") + 4));
  EXPECT_TRUE(has(head, "Content-Length: 1000\r\n")) << head;
}

TEST(RouteAnswers, PartsOfABody) {
  PlainTalk talk(route("path = '/x'\ntext = '0123456789'\netag = '\"v1\"'"));
  struct Case {
    std::string range, status, content_range, body;
  };
  for (const auto& [range, status, content_range, body] : std::vector<Case>{
           {"bytes=0-3", "206", "bytes 0-3/10", "0123"},
           {"bytes=4-", "206", "bytes 4-9/10", "456789"},
           {"bytes=-3", "206", "bytes 7-9/10", "789"},
           {"bytes=-99", "206", "bytes 0-9/10", "0123456789"},
           {"bytes=8-99999999999999999999999", "206", "bytes 8-9/10", "89"},
           {"bytes=10-", "416", "bytes */10", ""},
           {"bytes=-0", "416", "bytes */10", ""},
           {"bytes=9-,20-", "206", "bytes 9-9/10", "9"},
           {"bytes=5-4", "200", "", "0123456789"},
           {"bytes=x-y", "200", "", "0123456789"},
           {"bytes=--1", "200", "", "0123456789"},
           {"lines=1-2", "200", "", "0123456789"},
       }) {
    const auto answer = talk.ask(get("/x", fmt::format("Range: {}\r\n", range)));
    EXPECT_TRUE(has(answer, "HTTP/1.1 " + status)) << range << "\n" << answer;
    EXPECT_EQ(has(answer, "Content-Range: "), !content_range.empty()) << range;
    EXPECT_TRUE(has(answer, content_range)) << answer;
    EXPECT_TRUE(has(answer, fmt::format("Content-Length: {}\r\n", body.size()))) << answer;
    EXPECT_EQ(body_of(answer), body) << range;
  }
  EXPECT_EQ(body_of(talk.ask(get("/x", "Range: bytes=0-3\r\nIf-Range: \"v1\"\r\n"))), "0123");
  EXPECT_EQ(body_of(talk.ask(get("/x", "Range: bytes=0-3\r\nIf-Range: \"v0\"\r\n"))), "0123456789");
  EXPECT_EQ(body_of(talk.ask(get("/bytes/100", "Range: bytes=90-\r\n"))).size(), 10U);
}

TEST(RouteAnswers, WhatTheClientHasIsNotSentAgain) {
  PlainTalk talk(
      route("path = '/x'\ntext = 'new'\netag = 'W/\"v1\"'\n"
            "last_modified = 'Sun, 22 Nov 2026 09:00:00 GMT'"));
  for (const auto* same : {"If-None-Match: \"v1\"", "If-None-Match: \"a,b\", W/\"v1\"",
                           "If-None-Match: *", "If-Modified-Since: Sun, 22 Nov 2026 09:00:00 GMT",
                           "If-Modified-Since: Mon, 23 Nov 2026 00:00:00 GMT"}) {
    const auto answer = talk.ask(get("/x", fmt::format("{}\r\n", same)));
    EXPECT_TRUE(has(answer, "HTTP/1.1 304 Not Modified\r\n")) << same << answer;
    EXPECT_TRUE(has(answer, "ETag: W/\"v1\"\r\n")) << answer;
    EXPECT_FALSE(has(answer, "Content-")) << answer;
    EXPECT_EQ(body_of(answer), "") << same;
  }
  for (const auto* other :
       {"If-None-Match: \"v2\"", "If-Modified-Since: Sun, 22 Nov 2026 08:59:59 GMT",
        "If-Modified-Since: yesterday",
        "If-None-Match: \"v2\"\r\nIf-Modified-Since: Mon, 23 Nov 2026 00:00:00 GMT"}) {
    EXPECT_EQ(body_of(talk.ask(get("/x", fmt::format("{}\r\n", other)))), "new") << other;
  }
}

TEST(RouteAnswers, ChunksOrTheEndTellWhereABodyEnds) {
  const auto text = route("path = '/chunked'\nbytes = 150000\nframing = 'chunked'") +
                    route("path = '/none'\nbytes = 0\nframing = 'chunked'") +
                    route("path = '/close'\ntext = 'all'\nframing = 'close'");
  PlainTalk talk(text);
  const auto chunked = talk.ask(get("/chunked"));
  EXPECT_TRUE(has(chunked, "Transfer-Encoding: chunked\r\n")) << chunked.substr(0, 300);
  EXPECT_FALSE(has(chunked.substr(0, 300), "Content-Length")) << chunked.substr(0, 300);
  EXPECT_EQ(unchunked(body_of(chunked)).size(), 150'000U);
  EXPECT_EQ(body_of(talk.ask(get("/none"))), "0\r\n\r\n");
  EXPECT_TRUE(talk.endings.empty());
  EXPECT_EQ(body_of(talk.ask(get("/close"))), "all");
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
  PlainTalk old(text);
  const auto plain = old.ask("GET /chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_FALSE(has(plain.substr(0, 300), "Transfer-Encoding")) << "HTTP/1.0 knows no chunks";
  EXPECT_EQ(body_of(plain).size(), 150'000U);
  EXPECT_EQ(old.endings, std::vector{Ending::fin});
}

TEST(RouteAnswers, GzipForWhoTakesIt) {
  PlainTalk talk(route("path = '/x'\nbytes = 200000\ngzip = true\netag = '\"v1\"'"));
  const auto plain = talk.ask(get("/x"));
  EXPECT_TRUE(has(plain, "Vary: Accept-Encoding\r\n") && has(plain, "ETag: \"v1\"\r\n"));
  EXPECT_FALSE(has(plain.substr(0, 400), "Content-Encoding"));
  for (const auto* accept : {"gzip", "deflate, gzip;q=0.5", "*", "identity;q=0, *;q=1"}) {
    const auto coded = talk.ask(get("/x", fmt::format("Accept-Encoding: {}\r\n", accept)));
    EXPECT_TRUE(has(coded, "Content-Encoding: gzip\r\n")) << accept;
    EXPECT_TRUE(has(coded, "ETag: \"v1-gzip\"\r\n")) << "another representation";
    EXPECT_EQ(gunzip(unchunked(body_of(coded))), body_of(plain)) << accept;
  }
  for (const auto* accept : {"gzip;q=0", "br", "identity", "*;q=0, gzip;q=0.0"})
    EXPECT_FALSE(has(talk.ask(get("/x", fmt::format("Accept-Encoding: {}\r\n", accept))),
                     "Content-Encoding"))
        << accept;
}

TEST(RouteAnswers, ALengthThatLies) {
  const auto text = route("path = '/short'\ntext = 'only this'\ncontent_length = 20") +
                    route("path = '/long'\ntext = 'more than this'\ncontent_length = 4");
  PlainTalk shorter(text);
  const auto answer = shorter.ask(get("/short"));
  EXPECT_TRUE(has(answer, "Content-Length: 20\r\n")) << answer;
  EXPECT_EQ(body_of(answer), "only this");
  EXPECT_EQ(shorter.endings, std::vector{Ending::fin}) << "else the client would wait for ever";
  PlainTalk longer(text);
  EXPECT_EQ(body_of(longer.ask(get("/long"))), "more than this");
  EXPECT_TRUE(longer.endings.empty());
}

TEST(RouteAnswers, NoBodyWhereAStatusHasNone) {
  PlainTalk talk(route("path = '/none'\nstatus = 204") + route("path = '/same'\nstatus = 304") +
                 route("path = '/moved'\nredirect = '/moved'"));
  for (const auto* path : {"/none", "/same"}) {
    const auto answer = talk.ask(get(path));
    EXPECT_FALSE(has(answer, "Content-Length")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
  }
  const auto moved = talk.ask(get("/moved"));
  EXPECT_TRUE(has(moved, "HTTP/1.1 302 Found\r\n") && has(moved, "Location: /moved\r\n")) << moved;
}

TEST(RouteAnswers, WhatIsExpectedBeforeABody) {
  const auto text = route("path = '/refuse'\nexpect = '417'") +
                    route("path = '/ignore'\nexpect = 'ignore'\ntext = 'done'") +
                    route("path = '/take'\ntext = 'done'");
  const auto put = [](const char* path) {
    return fmt::format(
        "PUT {} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n", path);
  };
  PlainTalk talk(text);
  EXPECT_EQ(talk.ask(put("/take")), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(talk.ask("hi")), "done");
  EXPECT_EQ(talk.ask(put("/ignore")), "");
  EXPECT_EQ(body_of(talk.ask("hi")), "done");
  const auto refused = talk.ask(put("/refuse"));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 417 Expectation Failed\r\n")) << refused;
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
  EXPECT_EQ(talk.notes.back(), "refuse");
}

TEST(RouteAnswers, AnUploadIsAnsweredWithItsDigest) {
  PlainTalk talk("");
  talk.cut = 7;
  const std::string body(100'000, 'x');
  const auto whole = talk.ask(fmt::format(
      "PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  EXPECT_EQ(body_of(whole), fmt::format("received 100000 bytes, SHA-256 {}\n", sha256_hex(body)));
  const auto chunked = talk.ask(
      "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
  EXPECT_EQ(body_of(chunked), fmt::format("received 5 bytes, SHA-256 {}\n", sha256_hex("hello")));
}

TEST(RouteAnswers, FilesOfAFolderAndOfARoute) {
  PlainTalk talk("files = '/tmp'\n" + route("path = '/sf.xml'\nfile = '/etc/passwd'"));
  talk.files.add("/etc/passwd", "<xml/>");
  talk.files.add("/tmp/a/b.sh", "0123456789");
  talk.files.add("/tmp/healthcheck", "the folder's");
  talk.files.refuse("/tmp/secret", OpenedFile::Why::forbidden);
  talk.files.refuse("/tmp/busy", OpenedFile::Why::busy);
  EXPECT_EQ(body_of(talk.ask(get("/sf.xml"))), "<xml/>");
  const auto whole = talk.ask(get("/a/b.sh"));
  EXPECT_TRUE(has(whole, "Content-Type: application/x-sh\r\n")) << whole;
  EXPECT_TRUE(has(whole, "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n")) << whole;
  EXPECT_TRUE(has(whole, "Accept-Ranges: bytes\r\n")) << whole;
  EXPECT_EQ(body_of(whole), "0123456789");
  const auto tag = whole.substr(whole.find("ETag: ") + 6, 27);
  EXPECT_TRUE(has(talk.ask(get("/a/b.sh", fmt::format("If-None-Match: {}\r\n", tag))), " 304 "));
  EXPECT_EQ(body_of(talk.ask(get("/a/%62.sh", "Range: bytes=8-\r\n"))), "89");
  EXPECT_EQ(body_of(talk.ask(get("/healthcheck"))), "the folder's");
  EXPECT_EQ(body_of(talk.ask(get("/bytes/3"))).size(), 3U);
  EXPECT_TRUE(has(talk.ask(get("/a/none.sh")), "HTTP/1.1 404 "));
  EXPECT_TRUE(has(talk.ask(get("/a/")), "HTTP/1.1 404 "));
  EXPECT_TRUE(
      has(talk.ask("POST /a/b.sh HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"), " 405 "));
  EXPECT_TRUE(has(talk.ask(get("/secret")), "HTTP/1.1 403 "));
  EXPECT_TRUE(has(talk.ask(get("/busy")), "HTTP/1.1 503 "));
  EXPECT_EQ(std::ranges::count(talk.notes, "file-not-read"), 2);
  for (const auto& note : talk.all_notes) {
    for (const auto& [name, value] : note.fields)
      EXPECT_NE(name, "modified") << "the digest does not know when a file was written";
  }
}

/// Nothing else tells the client that it has not got all.
TEST(RouteAnswers, AFileThatBecomesShorterEndsTheConnection) {
  PlainTalk talk("files = '/tmp'\n");
  talk.files.add("/tmp/x", std::string(200'000, 'x'), 100'000);
  EXPECT_EQ(body_of(talk.ask(get("/x"))).size(), 100'000U);
  EXPECT_EQ(talk.notes.back(), "body-cut-short");
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
}

TEST(RouteAnswers, FaultsActOnThem) {
  const auto text = route("path = '/x'\nbytes = 200000\nframing = 'chunked'\n") +
                    fault_text("cut", "point = 'inner-response', body_offset_bytes = 100000",
                               "close = { how = 'rst' }");
  PlainTalk talk(text);
  EXPECT_EQ(body_of(talk.ask(get("/x"))).size(), 100'000U);
  EXPECT_EQ(talk.endings, std::vector{Ending::rst});
}

/// A head, later a body, and then silence: each as it stands.
TEST(RouteAnswers, RawBytesComeInPartsAndThenNothing) {
  const auto fault = [](std::string_view keys) {
    return fault_text("raw", "point = 'inner-request', times = 1",
                      fmt::format("respond = {{ {} }}", keys));
  };
  PlainTalk talk(
      fault("raw_hex = '485454502f312e3120323030204f4b0d0a582d4e616d653a20ff0d0a',"
            "more = [{ after_ms = 300, text = \"Content-Length: 2\\r\\n\\r\\n\" },"
            "{ after_ms = 200, base64 = 'aGk=' }], keep_alive = true"));
  EXPECT_EQ(talk.ask(get("/x")), "HTTP/1.1 200 OK\r\nX-Name: \xff\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(talk.sends.at(1).first, 300);
  EXPECT_EQ(talk.sends.at(2).first, 500);
  EXPECT_TRUE(has(talk.ask(get("/healthcheck")), "healthy")) << "the connection goes on";
  PlainTalk silent(fault("raw = \"HTTP/1.1 200 OK\\r\\nX-Half: \", silent = true"));
  EXPECT_EQ(silent.ask(get("/x")), "HTTP/1.1 200 OK\r\nX-Half: ");
  EXPECT_TRUE(silent.endings.empty());
  EXPECT_EQ(silent.ask(get("/healthcheck")), "") << "nothing more is said";
}

}  // namespace
}  // namespace misproxy
