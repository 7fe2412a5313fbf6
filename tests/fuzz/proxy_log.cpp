// A proxy's own log, up to the verdict.

#include "evidence/proxy_log.hpp"

#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  fuzz::require_good_diagnosis(evidence::read_proxy_log(fuzz::text_of(bytes, count), "fuzz.log"));
  return 0;
}
