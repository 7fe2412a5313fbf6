// Any bytes may be given to a reader: it neither crashes nor takes long.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "evidence/curl_log.hpp"
#include "evidence/line_prefix.hpp"
#include "evidence/proxy_settings.hpp"
#include "evidence/recognize.hpp"
#include "evidence/socket_table.hpp"
#include "evidence/texts.hpp"
#include "evidence/trace_file.hpp"
#include "evidence/wget_log.hpp"

namespace misproxy::evidence {
namespace {

void read_all(const std::string& bytes) {
  const auto given = to_utf8(bytes);
  const auto text = without_prefixes(given);
  // Citations name the lines of the file.
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'),
            std::count(given.begin(), given.end(), '\n'));
  recognize(text);
  read_curl_log(text, "f");
  read_wget_log(text, "f");
  read_trace_file(text, "f");
  read_proxy_settings(text, "f");
  read_socket_table(text, "f");
}

/// The same bytes in every run.
class Noise {
 public:
  std::uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }

 private:
  std::uint32_t state_ = 2463534242;
};

TEST(HostileText, EveryPrefixOfALog) {
  const auto whole = test::file_text(test::capture_folder() + "/trunc-content-length/case.curl");
  ASSERT_FALSE(whole.empty());
  for (std::size_t size = 0; size <= whole.size(); ++size)
    read_all(whole.substr(0, size));
}

TEST(HostileText, EveryPrefixOfAMarkedLog) {
  const auto whole = test::file_text(test::capture_folder() + "/trunc-content-length/case.curl");
  for (const std::string mark : {"\n> ", "\n | ", "\n 12: ", "\nNov 23 17:00:01 h p: "}) {
    auto marked = mark.substr(1);
    for (const char c : whole)
      marked += c == '\n' ? mark : std::string(1, c);
    for (std::size_t size = 0; size <= marked.size(); size += 7)
      read_all(marked.substr(0, size));
  }
}

TEST(HostileText, EveryLogWithOneByteWrong) {
  Noise noise;
  for (const auto& folder : std::filesystem::directory_iterator(test::capture_folder())) {
    const auto whole = test::file_text(folder.path() / "case.curl");
    for (int i = 0; i < 60 && !whole.empty(); ++i) {
      auto bytes = whole;
      bytes[noise.next() % bytes.size()] = static_cast<char>(noise.next());
      bytes.erase(noise.next() % bytes.size(), noise.next() % 40);
      read_all(bytes);
    }
  }
}

TEST(HostileText, RandomBytes) {
  Noise noise;
  for (int i = 0; i < 400; ++i) {
    std::string bytes(noise.next() % 600, '\0');
    for (auto& byte : bytes)
      byte = static_cast<char>(noise.next());
    read_all(bytes);
  }
}

TEST(HostileText, PiecesInAnyOrder) {
  const std::vector<std::string> pieces{"* ",
                                        "> ",
                                        "< ",
                                        "HTTP/1.1 200 OK",
                                        "CONNECT a:1 HTTP/1.1",
                                        "\n",
                                        "\r",
                                        "\r\n",
                                        "curl: (",
                                        "56)",
                                        "Trying ",
                                        "Connected to ",
                                        "(OUT), TLS alert, ",
                                        " (",
                                        "):",
                                        "...",
                                        "$ curl ",
                                        "\\\n",
                                        "'",
                                        "=> Send header, 1 bytes (0x1)\n",
                                        "0000: ",
                                        "41 42 ",
                                        "{\"",
                                        "\"http_connect\":",
                                        "}",
                                        "# exit=",
                                        "0",
                                        "99999999999999999999",
                                        "tcp ",
                                        " 1 2 ",
                                        ":",
                                        "Failed to connect to ",
                                        ": ",
                                        " port ",
                                        "transfer closed with ",
                                        "== Info: ",
                                        "--2026-11-23 1:1:1--  x",
                                        "Connecting to ",
                                        "|",
                                        "Proxy tunneling failed: ",
                                        "awaiting response... ",
                                        "saved [",
                                        "/",
                                        "PROXY_HOST ",
                                        "iprep_proxy {"};
  Noise noise;
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    for (auto count = noise.next() % 30; count > 0; --count)
      text += pieces[noise.next() % pieces.size()];
    read_all(text);
  }
}

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes)
    text += piece;
  return text;
}

TEST(HostileText, LongLines) {
  constexpr std::size_t size = 256 << 10;
  for (const std::string_view piece :
       {"a", "*", "* ", "curl: (", "\r", "# exit=", "{\"", "\"http_connect\":", "sudo ", "x@y$ ",
        "'", "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0", "--",
        "\xff", "0"}) {
    read_all(repeated(piece, size));
    read_all("*   Trying 1.2.3.4:80...\n> GET / HTTP/1.1\n> A: " + repeated(piece, size));
    read_all("$ curl " + repeated(piece, size));
  }
}

TEST(HostileText, ALineOf5Megabytes) {
  read_all("*   Trying 1.2.3.4:80...\n< HTTP/1.1 200 OK\n< A: " + repeated("x", 5 << 20));
}

TEST(HostileText, VeryManyLines) {
  constexpr std::size_t size = 128 << 10;
  for (const std::string_view piece :
       {"\n", "*\n", "* Trying 1.2.3.4:80...\n", "> GET / HTTP/1.1\n", "< HTTP/1.1 200 OK\n",
        "< a: b\n", "curl: (56) x\n", "$ curl -v https://a\n", "$ curl \\\n",
        "* Connected to a (b) port 80\n", "=> Send header, 1 bytes (0x1)\n0000: a\n",
        "http_connect=1\n", "tcp 0 0 a:1 b:2 LISTEN\n",
        "--2026-11-23 13:06:15--  https://a/\nConnecting to a:1... connected.\n", "PROXY_X y;\n",
        "* (OUT), TLS alert, x (1):\n", "* a (OUT), TLS alert, x (1):\n", "{\"scenario\":1}\n"}) {
    read_all(repeated(piece, size));
    read_all("*   Trying 1.2.3.4:80...\niprep_proxy {\n" + repeated(piece, size));
  }
}

TEST(HostileText, QuotesArePrintable) {
  const auto reports =
      read_curl_log("curl: (56) a\x1b[2J\x80\0b\xc2\x9b\tc" + std::string(1000, 'x') + "\n", "f");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].exit->where.quote.substr(0, 20), "curl: (56) a?[2J\\x80");
  EXPECT_LE(reports[0].exit->where.quote.size(), 300U);
}

}  // namespace
}  // namespace misproxy::evidence
