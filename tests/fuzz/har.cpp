// A HAR, up to the verdict.

#include "evidence/har_log.hpp"

#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  fuzz::require_good_diagnosis(evidence::read_har(fuzz::text_of(bytes, count), "fuzz.har"));
  return 0;
}
