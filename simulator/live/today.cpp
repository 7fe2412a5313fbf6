#include "live/today.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace misproxy::live {

CivilTime today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string date_text(CivilTime time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(time.time_since_epoch().count()));
}

}  // namespace misproxy::live
