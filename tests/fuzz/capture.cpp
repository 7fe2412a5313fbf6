// A capture file of any bytes, up to the verdict.

#include "diagnose/wire_observer.hpp"
#include "evidence/names.hpp"
#include "fuzz/judged.hpp"
#include "fuzz/memory_file.hpp"
#include "fuzz/target.hpp"
#include "packets/capture_file.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const fuzz::MemoryFile file(fuzz::text_of(bytes, count));
  auto opened = evidence::CaptureFile::open(file.path());
  auto* capture = std::get_if<evidence::CaptureFile>(&opened);
  if (capture == nullptr) return 0;
  const evidence::Names names;
  diagnose::WireObserver observer({"fuzz.pcap", false, &names});
  while (const auto* packet = capture->next())
    observer.take(*packet);
  diagnose::Observations seen;
  observer.finish(seen);
  fuzz::require_good_diagnosis(seen);
  return 0;
}
