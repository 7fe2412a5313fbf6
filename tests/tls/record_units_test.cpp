#include "tls/record_units.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace misproxy {
namespace {

/// Where units end, in a stream that comes in pieces.
std::vector<std::size_t> ends(const std::string& stream, std::size_t piece) {
  RecordUnits units;
  std::vector<std::size_t> found;
  std::size_t at = 0;
  while (at < stream.size()) {
    const auto limit = at + std::min(piece, stream.size() - at);
    while (at < limit) {
      at += units.take(std::string_view(stream).substr(at, limit - at));
      if (units.complete()) found.push_back(at);
    }
  }
  return found;
}

TEST(RecordUnits, EndWithEachRecordHoweverItWasCut) {
  const auto stream = std::string(
      "\x16\x03\x01\x00\x03"
      "abc"
      "\x17\x03\x03\x00\x00"
      "\x15\x03\x03\x00\x01"
      "x"
      "\x17\x03",
      21);
  for (const std::size_t piece : std::initializer_list<std::size_t>{1, 2, 3, 5, 8, 100}) {
    EXPECT_EQ(ends(stream, piece), (std::vector<std::size_t>{8, 13, 19})) << piece;
  }
}

TEST(RecordUnits, GarbageIsTakenByFullRecords) {
  const auto full = RecordUnits::kFullRecord;
  for (const std::size_t piece : std::initializer_list<std::size_t>{7, 1000, 100'000}) {
    EXPECT_EQ(ends(std::string(2 * full + 10, 'A'), piece),
              (std::vector<std::size_t>{full, 2 * full}))
        << piece;
  }
}

}  // namespace
}  // namespace misproxy
