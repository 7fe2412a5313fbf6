// A scenario file, and the diagnostics that it gets.

#include "fuzz/target.hpp"
#include "scenario/loader.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  const auto first = load_scenario("fuzz.toml", text);
  const auto second = load_scenario("fuzz.toml", text);
  fuzz::require(first.problems.size() == second.problems.size(), "loading is the same each time");
  return 0;
}
