#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What libFuzzer calls, and the replay in the suite: a target for each reader defines it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count);

namespace misproxy::fuzz {

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t count) {
  return {reinterpret_cast<const char*>(bytes), count};
}

/// Ends the process where what a reader promises does not hold: in every build, unlike assert.
void require(bool holds, const char* promise);

}  // namespace misproxy::fuzz
