// The log of any client, up to the verdict.

#include "evidence/any_log.hpp"

#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  fuzz::require_good_diagnosis(evidence::read_any_log(fuzz::text_of(bytes, count), "fuzz.log"));
  return 0;
}
