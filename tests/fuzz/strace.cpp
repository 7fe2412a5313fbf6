// What strace shows of a client, up to the verdict.

#include "evidence/strace_log.hpp"

#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  fuzz::require_good_diagnosis(evidence::read_strace(fuzz::text_of(bytes, count), "fuzz.strace"));
  return 0;
}
