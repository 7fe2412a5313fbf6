#include "http/response_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <span>

#include "core/draw.hpp"

namespace misproxy {
namespace {

using enum RequestKind;
using AtEnd = ResponseReader::AtEnd;

/// All that a reader says about one input.
struct ReadResponse {
  int status = 0;
  bool complete = false;  // before the input's end
  std::string body;
  std::size_t taken = 0;
  std::string error;
  AtEnd at_end = AtEnd::empty;
  bool operator==(const ReadResponse&) const = default;
};

/// Feeds `pieces` in order, until the reader has read or refused a response.
ReadResponse read_pieces(RequestKind kind, const std::vector<std::string_view>& pieces) {
  ResponseReader reader(kind);
  ReadResponse outcome;
  reader.set_body_sink([&](std::string_view piece) { outcome.body += piece; });
  for (auto piece : pieces) {
    while (!piece.empty() && !reader.complete() && !reader.error()) {
      const auto taken = reader.feed(piece);
      outcome.taken += taken;
      piece.remove_prefix(taken);
      if (taken == 0) break;
    }
  }
  if (reader.head()) outcome.status = reader.head()->status;
  outcome.complete = reader.complete();
  outcome.error = reader.error().value_or("");
  EXPECT_EQ(reader.body_bytes(), outcome.body.size());
  if (reader.error()) outcome.taken = 0;
  outcome.at_end = reader.end_of_input();
  return outcome;
}

/// The same in one piece, byte by byte, and cut in two at every place.
ReadResponse read(std::string_view text, RequestKind kind = other) {
  auto whole = read_pieces(kind, {text});
  std::vector<std::string_view> bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    EXPECT_EQ(read_pieces(kind, {text.substr(0, at), text.substr(at)}), whole) << "cut at " << at;
    bytes.push_back(text.substr(at, 1));
  }
  EXPECT_EQ(read_pieces(kind, bytes), whole) << "byte by byte";
  return whole;
}

ResponseHead head_of(std::string_view text, RequestKind kind = other) {
  ResponseReader reader(kind);
  reader.feed(text);
  EXPECT_TRUE(reader.head()) << reader.error().value_or("no error");
  return reader.head().value_or(ResponseHead{});
}

TEST(ResponseReader, StopsBehindA2xxToConnectWhateverItsHeadersSay) {
  for (const std::string_view head :
       {"HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 \r\n\r\n", "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200\n\n",
        "HTTP/1.1 204 No\r\n\r\n", "HTTP/1.1 299 Odd\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    const auto outcome = read(std::string(head) + "\x16\x03\x03hello", connect);
    EXPECT_TRUE(outcome.complete) << head;
    EXPECT_EQ(outcome.taken, head.size()) << head;
    EXPECT_EQ(outcome.body, "") << head;
  }
}

TEST(ResponseReader, TakesEveryFormOfBody) {
  struct {
    std::string_view head, body, read;
  } const cases[] = {
      {"Content-Length: 5\r\n", "hello", "hello"},
      {"Content-Length: 5\r\nContent-Length: 5\r\n", "hello", "hello"},
      {"Content-Length: 5, 5\r\n", "hello", "hello"},
      {"Content-Length: 0\r\n", "", ""},
      {"Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\n\r\n",
       "abc0123456789"},
      {"transfer-encoding: gzip, Chunked\r\nContent-Length: 1\r\n", "1 \r\na\r\n0\r\nT: x\r\n\r\n",
       "a"},
      {"Transfer-Encoding: chunked\n", "3\nabc\n0\n\n", "abc"},
      {"Transfer-Encoding: identity\r\nContent-Length: 2\r\n", "ab", "ab"},
      {"Transfer-Encoding: chunked\r\n", "0\r\n\r\n", ""},
  };
  for (const auto& c : cases) {
    const auto response = fmt::format("HTTP/1.1 403 Forbidden\r\n{}\r\n{}", c.head, c.body);
    for (const auto kind : {connect, other}) {
      const auto outcome = read(response + "HTTP/1.1 200 next", kind);
      EXPECT_TRUE(outcome.complete) << c.head;
      EXPECT_EQ(outcome.body, c.read) << c.head;
      EXPECT_EQ(outcome.taken, response.size()) << c.head;
    }
  }
}

TEST(ResponseReader, ReadsABodyWithoutLengthToTheEnd) {
  for (const std::string_view headers : {"", "Transfer-Encoding: gzip\r\n"}) {
    const auto text = fmt::format("HTTP/1.1 200 OK\r\n{}\r\nhello", headers);
    EXPECT_EQ(read(text), (ReadResponse{200, false, "hello", text.size(), "", AtEnd::complete}));
    EXPECT_TRUE(head_of(text).ends_with_connection());
    EXPECT_FALSE(head_of(text).keep_alive);
  }
}

TEST(ResponseReader, KnowsWhichAnswersHaveNoBody) {
  for (const std::string_view status : {"100 Continue", "103 Early Hints", "204 No", "304 Not"}) {
    const auto head = fmt::format("HTTP/1.1 {}\r\nContent-Length: 5\r\n\r\n", status);
    EXPECT_EQ(read(head + "HTTP/1.1 200 OK").taken, head.size()) << status;
    EXPECT_TRUE(read(head).complete) << status;
  }
  EXPECT_TRUE(read("HTTP/1.1 403 No\r\nContent-Length: 5\r\n\r\n", RequestKind::head).complete);
}

TEST(ResponseReader, TellsTruncatedFromCompleteAndEmpty) {
  EXPECT_EQ(read("").at_end, AtEnd::empty);
  EXPECT_EQ(read("H").at_end, AtEnd::truncated);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nA: b\r\n").at_end, AtEnd::truncated);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell").at_end, AtEnd::truncated);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").at_end, AtEnd::complete);
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto* rest :
       {"", "5", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "0\r\n", "0\r\nA: b\r\n", "0\r\n\r"}) {
    EXPECT_EQ(read(chunked + rest).at_end, AtEnd::truncated) << rest;
  }
  EXPECT_EQ(read("HTTP/1.1 407 No\r\nContent-Length: 9\r\n\r\nx", connect).at_end,
            AtEnd::truncated);
}

TEST(ResponseReader, RefusesWhatIsNoResponseAtItsFirstWrongByte) {
  struct {
    std::string_view text;
    std::size_t at;
    std::string_view error;
  } const cases[] = {
      {"HTTP/2 200\r\n\r\n", 5, "HTTP/2 instead of HTTP/1.x"},
      {"HTTP/0.9 200\r\n\r\n", 5, "HTTP/0 instead of HTTP/1.x"},
      {"HTTP/1.2 200\r\n\r\n", 7, "no HTTP/1.x status line"},
      {"ICY 200 OK\r\n\r\n", 0, "no HTTP/1.x status line"},
      {"http/1.1 200 OK\r\n\r\n", 0, "no HTTP/1.x status line"},
      {"<html>\n", 0, "markup where a response was expected"},
      {"\x16\x03\x03\x01", 0, "a TLS record where a response was expected"},
      {"\x15\x03\x03", 0, "a TLS record where a response was expected"},
      {"\r\nHTTP/1.1 200 OK\r\n\r\n", 0, "no HTTP/1.x status line"},
      {"\n", 0, "no HTTP/1.x status line"},
      {"SSH-2.0-OpenSSH\r\n", 0, "no HTTP/1.x status line"},
      {"HTTP/1.1  200 OK\r\n", 9, "no status code of three digits"},
      {"HTTP/1.1 2x0 OK\r\n", 10, "no status code of three digits"},
      {"HTTP/1.1 099 OK\r\n", 9, "no status code of three digits"},
      {"HTTP/1.1 2000 OK\r\n", 12, "no status code of three digits"},
      {"HTTP/1.1\r\n\r\n", 8, "no HTTP/1.x status line"},
  };
  for (const auto& c : cases) {
    for (const auto size : {c.at, c.at + 1}) {
      ResponseReader reader(connect);
      reader.feed(c.text.substr(0, size));
      EXPECT_EQ(reader.error().value_or(""), size == c.at ? "" : c.error) << c.text << size;
    }
    ResponseReader whole(connect);
    whole.feed(c.text);
    EXPECT_EQ(whole.error().value_or(""), c.error) << c.text;
    EXPECT_FALSE(whole.complete());
  }
}

TEST(ResponseReader, RefusesBadHeads) {
  for (const std::string_view headers :
       {"No colon\r\n", ": x\r\n", "A b: c\r\n", " folded first\r\n", "A\x01: b\r\n", "A: \x01\r\n",
        "A: b\rc\r\n", "Content-Length\r\n", "Content-Length: -1\r\n", "Content-Length: +1\r\n",
        "Content-Length: \r\n", "Content-Length: 0x5\r\n", "Content-Length: 5,\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n",
        "Content-Length: 9223372036854775808\r\n",
        "Content-Length: 99999999999999999999999999\r\n"}) {
    const auto outcome = read(fmt::format("HTTP/1.1 200 OK\r\n{}\r\nbody", headers));
    EXPECT_NE(outcome.error, "") << headers;
    EXPECT_FALSE(outcome.complete) << headers;
    EXPECT_EQ(outcome.body, "") << headers;
  }
  const std::string_view nul("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 25);
  EXPECT_NE(read(nul).error, "");
}

TEST(ResponseReader, RefusesBadChunks) {
  for (const std::string_view body :
       {"zz\r\n", "-1\r\n", "\r\n", ";x\r\n", "5x\r\n", "3\r\nabcd\r\n", "3\r\nabc\rx", "3\rx",
        "8000000000000000\r\n", "ffffffffffffffffffffffffffff\r\n", "3\r\nabc0\r\n\r\n"}) {
    const auto outcome =
        read(fmt::format("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", body));
    EXPECT_NE(outcome.error, "") << body;
    EXPECT_EQ(outcome.at_end, AtEnd::truncated) << body;
  }
}

TEST(ResponseReader, TakesTheLargestChunkSizeThereIs) {
  const auto outcome =
      read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n007fffffffffffffff\r\nab");
  EXPECT_EQ(outcome.body, "ab");
  EXPECT_EQ(outcome.error, "");
}

TEST(ResponseReader, HoldsNoEndlessHead) {
  const std::string start = "HTTP/1.1 200 OK\r\n";
  const auto line = [](std::size_t size) { return "A: " + std::string(size - 5, 'x') + "\r\n"; };
  const auto error = [](const std::string& text, RequestKind kind, std::size_t limit) {
    ResponseReader reader(kind, limit);
    reader.feed(text);
    ResponseReader slow(kind, limit);
    for (const auto& byte : text)
      slow.feed({&byte, 1});
    EXPECT_EQ(reader.error(), slow.error());
    return reader.error().value_or("");
  };
  constexpr std::size_t kLarge = 300 * 1024;
  EXPECT_EQ(error(start + line(81) + "\r\n", connect, 100), "");
  EXPECT_EQ(error(start + line(82) + "\r\n", connect, 100), "a response head over 100 bytes");
  EXPECT_EQ(error(start + line(16 * 1024) + "\r\n", connect, kLarge), "");
  EXPECT_EQ(error(start + line(16 * 1024 + 1), connect, kLarge), "a header line over 16384 bytes");
  EXPECT_EQ(error(start + line(60 * 1024) + "\r\n", other, kLarge), "");
  EXPECT_EQ(error(start + line(60 * 1024 + 1), other, kLarge), "a header line over 61440 bytes");
  std::string many = start;
  while (many.size() < kLarge)
    many += line(1000);
  EXPECT_EQ(error(many, connect, kLarge), "a response head over 307200 bytes");
  std::string folded = start + line(50 * 1024) + " " + line(50 * 1024) + "\r\n";
  EXPECT_EQ(error(folded, other, kLarge), "a header over 61440 bytes");
}

TEST(ResponseReader, HoldsNoEndlessChunkHeader) {
  for (const auto* begun : {"5;x=", "0\r\nTrailer: ", "000000"}) {
    ResponseReader reader(connect);
    reader.feed("HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n");
    reader.feed(begun);
    for (int i = 0; i < 200 && !reader.error(); ++i)
      reader.feed(std::string(100, '0'));
    EXPECT_EQ(reader.error(), "a chunk's header or trailers over 16384 bytes") << begun;
  }
}

TEST(ResponseReader, KnowsWhatTheHeadersMean) {
  const std::string text =
      "HTTP/1.1 407 Proxy  Authentication\r\nproxy-authenticate: Basic realm=\"a, b\"\r\n"
      "X:y\r\nProxy-Authenticate:\t NTLM \r\nLocation: http://a.test/\r\nFolded: a\r\n\t b\r\n"
      "Content-Length: 0\r\n\r\n";
  const auto head = head_of(text);
  EXPECT_EQ(head.reason, "Proxy  Authentication");
  EXPECT_EQ(head.version, 11);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(head.content_length, 0);
  EXPECT_EQ(head.location, "http://a.test/");
  EXPECT_EQ(head.proxy_authenticate, (std::vector<std::string>{"Basic realm=\"a, b\"", "NTLM"}));
  EXPECT_EQ(head.text, text);
  const std::pair<std::string, std::string> folded{"Folded", "a b"};
  ASSERT_EQ(head.headers.size(), 6U);
  EXPECT_EQ(head.headers[4], folded);
  EXPECT_EQ(head_of("HTTP/1.0 200\r\n\r\n", connect).reason, "");
}

TEST(ResponseReader, KnowsWhetherTheConnectionStays) {
  const auto stays = [](std::string_view version, std::string_view headers) {
    return head_of(fmt::format("HTTP/{} 407 No\r\nContent-Length: 0\r\n{}\r\n", version, headers))
        .keep_alive;
  };
  EXPECT_TRUE(stays("1.1", ""));
  EXPECT_FALSE(stays("1.1", "Connection: close\r\n"));
  EXPECT_FALSE(stays("1.1", "Proxy-Connection: close\r\n"));
  EXPECT_FALSE(stays("1.0", ""));
  EXPECT_TRUE(stays("1.0", "Connection: keep-alive\r\n"));
}

TEST(ResponseReader, SaysWhatHasComeOfAnUnfinishedHead) {
  ResponseReader reader(connect);
  EXPECT_EQ(reader.partial_head(), "");
  reader.feed("HTTP/1.1 200 Conn");
  EXPECT_EQ(reader.partial_head(), "HTTP/1.1 200 Conn");
}

/// Random bytes, behind a part of a response that lets them be read as something.
TEST(ResponseReader, SurvivesRandomBytes) {
  const std::string_view starts[] = {
      "",
      "HTTP/1.",
      "HTTP/1.1 200",
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: ",
      "HTTP/1.1 200 OK\r\nConnection: ",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc"};
  constexpr std::string_view kLikely = "\r\n\r\n 0123f;:,\tx\"";
  for (std::uint64_t i = 0; i < 2000; ++i) {
    std::string text(starts[i % std::size(starts)]);
    const auto known = text.size();
    text.resize(known + 40);
    SeededBytes(draw(1, "response", "", i)).fill(0, std::span(text).subspan(known));
    for (auto at = known; i % 2 == 0 && at < text.size(); ++at) {
      text[at] = kLikely[static_cast<unsigned char>(text[at]) % kLikely.size()];
    }
    const auto whole = read_pieces(other, {text});
    std::vector<std::string_view> bytes;
    for (const auto& byte : text)
      bytes.emplace_back(&byte, 1);
    ASSERT_EQ(read_pieces(other, bytes), whole) << i;
  }
}

}  // namespace
}  // namespace misproxy
