// A capture file of any bytes, up to the verdict.

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "diagnose/wire_observer.hpp"
#include "evidence/names.hpp"
#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"
#include "packets/capture_file.hpp"

using namespace misproxy;

namespace {

/// A file in memory: libpcap opens files by their path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(memfd_create("capture", MFD_CLOEXEC)) {
    fuzz::require(descriptor_ >= 0, "the kernel gives memory for a file");
    const auto written = write(descriptor_, bytes.data(), bytes.size());
    fuzz::require(written == static_cast<ssize_t>(bytes.size()), "the file takes all bytes");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const MemoryFile file(fuzz::text_of(bytes, count));
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
