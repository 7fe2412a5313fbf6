#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace misproxy::pictures {

/// `20,272 bytes`.
std::string bytes_text(std::uint64_t count);
/// `20,272`.
std::string grouped(std::uint64_t number);
/// `350 ms`, `30.0 s`, `5 min 20 s`.
std::string pause_text(std::chrono::nanoseconds pause);

}  // namespace misproxy::pictures
