#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace misproxy::evidence {

/// curl's progress meter: twelve columns, with nothing between the last one and what is written
/// behind it (FACTS section 5).
struct CurlMeter {
  std::uint64_t total = 0;     // bytes of both bodies, as far as known; rounded down, as `390k` is
  std::uint64_t received = 0;  // bytes, rounded down
  std::size_t length = 0;      // of the text that it takes, blanks in front included
};

/// The meter that `text` begins with, or nothing.
std::optional<CurlMeter> read_meter(std::string_view text);

}  // namespace misproxy::evidence
