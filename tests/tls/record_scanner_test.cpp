#include "tls/record_scanner.hpp"

#include <gtest/gtest.h>

#include <string>

namespace misproxy {
namespace {

std::string record(int type, const std::string& body) {
  std::string text{static_cast<char>(type), 3, 3, static_cast<char>(body.size() >> 8),
                   static_cast<char>(body.size())};
  return text + body;
}

using Found = std::vector<std::tuple<std::uint64_t, int, std::size_t, int>>;

Found scan(const std::string& stream, std::size_t piece) {
  RecordScanner scanner;
  Found found;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    for (const auto& r : scanner.feed(stream.substr(at, piece))) {
      found.emplace_back(r.offset, r.content_type, r.size, r.handshake_type.value_or(255));
    }
  }
  return found;
}

TEST(RecordScanner, FindsRecordsHoweverTheyAreCut) {
  const auto stream = record(22, "\x01hello") + record(20, "\x01") +
                      record(22,
                             "\x01"
                             "finished") +
                      record(23, std::string(300, 'x')) + record(23, "") + record(21, "ab");
  const Found wanted{{0, 22, 11, 1},     {11, 20, 6, 255},  {17, 22, 14, 255},
                     {31, 23, 305, 255}, {336, 23, 5, 255}, {341, 21, 7, 255}};
  for (const std::size_t piece :
       std::initializer_list<std::size_t>{1, 2, 3, 4, 5, 6, 7, 50, 1000}) {
    EXPECT_EQ(scan(stream, piece), wanted) << "in pieces of " << piece;
  }
}

TEST(RecordScanner, TellsWhatIsUndecided) {
  RecordScanner scanner;
  scanner.feed(record(22, "\x01").substr(0, 5));
  EXPECT_EQ(scanner.undecided(), 5U);
  EXPECT_EQ(scanner.feed("\x01").size(), 1U);
  EXPECT_EQ(scanner.undecided(), 0U);
}

TEST(RecordScanner, LosesWhatIsNotTls) {
  RecordScanner scanner;
  EXPECT_TRUE(scanner.feed("GET / HTTP/1.1\r\n").empty());
  EXPECT_TRUE(scanner.lost());
  EXPECT_EQ(scanner.undecided(), 0U);
}

}  // namespace
}  // namespace misproxy
