// Misproxy's own trace, up to the verdict.

#include "evidence/trace_file.hpp"

#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  fuzz::require_good_diagnosis(evidence::read_trace_file(fuzz::text_of(bytes, count), "fuzz.log"));
  return 0;
}
