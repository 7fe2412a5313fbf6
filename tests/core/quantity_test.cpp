#include "core/quantity.hpp"

#include <gtest/gtest.h>

namespace misproxy::test {
namespace {

TEST(Quantity, AUnitStandsInTheKeysName) {
  EXPECT_EQ(unit_of("offset_bytes"), Unit::bytes);
  EXPECT_EQ(unit_of("bytes"), Unit::bytes);
  EXPECT_EQ(unit_of("rate_bytes_per_s"), Unit::bytes_per_s);
  EXPECT_EQ(unit_of("for_ms"), Unit::ms);
  EXPECT_EQ(unit_of("delay_us"), Unit::us);
  EXPECT_EQ(unit_of("mtu"), Unit::none);
  EXPECT_EQ(unit_of("status"), Unit::none);
}

struct WrittenQuantity {
  std::string_view written;
  Unit unit;
  std::optional<std::int64_t> meant;
};

TEST(Quantity, ANumberWithAUnitMeansAWholeNumber) {
  const WrittenQuantity cases[] = {
      {"10KB", Unit::bytes, 10'000},
      {"10 kB", Unit::bytes, 10'000},
      {"64KiB", Unit::bytes, 65'536},
      {"1.5MiB", Unit::bytes, 1'572'864},
      {"2 GB", Unit::bytes, 2'000'000'000},
      {"100 bytes", Unit::bytes, 100},
      {"100", Unit::bytes, 100},
      {"0.5B", Unit::bytes, std::nullopt},
      {"10Mbit/s", Unit::bytes_per_s, 1'250'000},
      {"8kbps", Unit::bytes_per_s, 1'000},
      {"1MB/s", Unit::bytes_per_s, 1'000'000},
      {"2s", Unit::ms, 2'000},
      {"1.5s", Unit::ms, 1'500},
      {"150ms", Unit::ms, 150},
      {"2 min", Unit::ms, 120'000},
      {"1h", Unit::ms, 3'600'000},
      {"5ms", Unit::us, 5'000},
      {"5\u00b5s", Unit::us, 5},
      {"100us", Unit::ms, std::nullopt},
      {"10m", Unit::s, 600},
      {"1500", Unit::none, 1'500},
      {"15 hops", Unit::none, std::nullopt},
      {"2s", Unit::bytes, std::nullopt},
      {"10KB", Unit::ms, std::nullopt},
      {"-1s", Unit::ms, std::nullopt},
      {"s", Unit::ms, std::nullopt},
      {"", Unit::bytes, std::nullopt},
      {"nan", Unit::bytes, std::nullopt},
      {"inf", Unit::ms, std::nullopt},
      {"99999999999999999999 TB", Unit::bytes, std::nullopt},
  };
  for (const auto& each : cases)
    EXPECT_EQ(meant_by(each.written, each.unit), each.meant) << each.written;
}

TEST(Quantity, SaysWhatToWriteWhereThatWouldBeTaken) {
  EXPECT_EQ(what_to_write("10KB", Unit::bytes, 0, 1'000'000), "write 10000 (bytes)");
  EXPECT_EQ(what_to_write("2s", Unit::ms, 1, 86'400'000), "write 2000 (milliseconds)");
  EXPECT_EQ(what_to_write("403", Unit::none, 100, 999), "write 403");
  EXPECT_EQ(what_to_write("2 days", Unit::ms, 1, 86'400'000), "");
  EXPECT_EQ(what_to_write("soon", Unit::ms, 1, 86'400'000), "");
}

}  // namespace
}  // namespace misproxy::test
