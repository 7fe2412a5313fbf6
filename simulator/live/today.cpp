#include "live/today.hpp"

#include <chrono>

namespace misproxy::live {

CivilTime today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace misproxy::live
