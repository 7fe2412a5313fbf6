// tcpdump's text, or any other, up to the verdict.

#include "evidence/tcpdump_text.hpp"
#include "diagnose/wire_observer.hpp"
#include "evidence/names.hpp"
#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  evidence::Names names;
  evidence::TcpdumpText lines(fuzz::text_of(bytes, count), names);
  diagnose::WireObserver observer({"fuzz.txt", true, &names});
  while (auto packet = lines.next()) {
    packet->line = lines.line();
    observer.take(*packet);
  }
  diagnose::Observations seen;
  observer.finish(seen);
  fuzz::require_good_diagnosis(seen);
  return 0;
}
