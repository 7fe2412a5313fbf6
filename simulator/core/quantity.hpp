#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy {

/// What a whole number counts. A key or a flag carries it in its name or its help, so that values
/// are numbers alone.
enum class Unit { none, bytes, bytes_per_s, ms, us, s };

/// By the key's ending: `offset_bytes`, `rate_bytes_per_s`, `for_ms`, `delay_us`.
Unit unit_of(std::string_view key);

/// The whole number that somebody means who wrote one with a unit (`10KB`, `64 KiB`, `1.5s`,
/// `10Mbit/s`); nothing for what is no number, has a unit of another kind, or comes out as no whole
/// number. K, M, G and T are powers of 1000, with an `i` of 1024 (IEC 80000-13).
std::optional<std::int64_t> meant_by(std::string_view written, Unit unit);

/// As in a sentence: `milliseconds`; empty where it has none.
std::string_view words_of(Unit unit);

/// What to write in the place of `written`, from `least` to `most`: `write 10000 (bytes)`. Empty
/// where it cannot be guessed.
std::string what_to_write(std::string_view written, Unit unit, std::int64_t least,
                          std::int64_t most);

}  // namespace misproxy
