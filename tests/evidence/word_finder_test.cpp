#include "evidence/word_finder.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/ascii.hpp"

namespace misproxy::evidence {
namespace {

TEST(WordFinder, FindsWhatALookForEachWordFinds) {
  constexpr std::string_view kWords[] = {"he", "she",  "his", "hers",
                                         "a",  "abab", "bab", "time out"};
  const WordFinder finder(kWords);
  for (const std::string_view text : {"", "ushers", "SHE", "this is hers", "ababab", "b", "babab",
                                      "timeout", "Time Out", "\xff\x80he", "h e r s"}) {
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < std::size(kWords); ++i) {
      if (holds_in_any_case(text, kWords[i])) expected |= std::uint64_t{1} << i;
    }
    EXPECT_EQ(finder.in(text), expected) << text;
  }
}

}  // namespace
}  // namespace misproxy::evidence
