// What `header_bytes` adds to a head.
#include "fault/deeds/respond.hpp"

#include <gtest/gtest.h>

#include <variant>

namespace misproxy {
namespace {

std::string wire_of(std::int64_t bytes, std::optional<std::int64_t> lines) {
  Respond respond;
  respond.answer.status = 200;
  respond.answer.reason = "OK";
  respond.header_bytes = bytes;
  respond.header_lines = lines;
  return std::get<Answer>(respond.effect(Point::reply)).wire(true, true);
}

constexpr std::size_t kRest = std::string_view("HTTP/1.1 200 OK\r\n\r\n").size();

TEST(Respond, MakesAHeadOfSoManyBytes) {
  for (const std::int64_t bytes : {16, 17, 20'000, 400'000})
    EXPECT_EQ(wire_of(bytes, std::nullopt).size(), kRest + static_cast<std::size_t>(bytes));
  EXPECT_EQ(wire_of(1003, 10).size(), kRest + 1003) << "the last line has what is left over";
}

TEST(Respond, DividesThemIntoLines) {
  const auto text = wire_of(1000, 10);
  std::size_t lines = 0;
  for (auto at = text.find("X-Filler: "); at != std::string::npos;
       at = text.find("X-Filler: ", at + 1))
    ++lines;
  EXPECT_EQ(lines, 10U);
}

}  // namespace
}  // namespace misproxy
