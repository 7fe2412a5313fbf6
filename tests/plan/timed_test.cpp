#include "plan/timed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenario/loader.hpp"

namespace misproxy {
namespace {

bool is_timed_with(std::string_view when, std::string_view deed) {
  const auto loaded = load_scenario(
      "case", fmt::format("schema = 1\n[about]\nid = 'case'\ntitle = 't'\nteaches = 't'\n"
                          "[[origin]]\nhost = 'a.test'\n"
                          "[[fault]]\nid = 'f'\nwhen = {{ {} }}\ndo = {{ {} }}\n",
                          when, deed));
  EXPECT_TRUE(loaded.problems.empty()) << when << deed;
  return is_timed(loaded.scenario);
}

TEST(IsTimed, WhereAFaultLastsForATimeOrActsAtOne) {
  EXPECT_TRUE(is_timed_with("point = 'reply'", "delay = { by_ms = 50 }"));
  EXPECT_TRUE(is_timed_with("point = 'tunnel', direction = 'to_client'",
                            "throttle = { bytes_per_s = 1000 }"));
  EXPECT_TRUE(is_timed_with("point = 'reply'", "stall = { for_ms = 50 }"));
  EXPECT_TRUE(is_timed_with("point = 'tunnel', after_ms = 30", "close = { how = 'rst' }"));
  EXPECT_TRUE(is_timed_with("point = 'idle', idle_ms = 30", "close = { how = 'rst' }"));
}

TEST(IsTimed, NotWhereItIsAMatterOfBytesOrForEver) {
  EXPECT_FALSE(is_timed_with("point = 'reply'", "stall = {}"));
  EXPECT_FALSE(is_timed_with("point = 'reply'", "respond = { status = 403 }"));
  EXPECT_FALSE(is_timed_with("point = 'tunnel', direction = 'to_client', offset_bytes = 100",
                             "corrupt = { xor = 255 }"));
}

}  // namespace
}  // namespace misproxy
