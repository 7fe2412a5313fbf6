// Bytes of which nothing is known: their encoding and their form are recognized first.

#include "diagnose/read_evidence.hpp"
#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto read = diagnose::read_evidence({{"fuzz", std::string(fuzz::text_of(bytes, count))}});
  if (const auto* unusable = std::get_if<diagnose::Unusable>(&read))
    fuzz::require(!unusable->sentence.empty(), "what cannot be used is told why");
  else
    fuzz::require_good_diagnosis(std::get<diagnose::Observations>(read));
  return 0;
}
