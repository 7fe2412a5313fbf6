// A capture of any bytes, as it may be shared: each frame keeps its size.

#include <variant>

#include "anonymize/packet_bytes.hpp"
#include "fuzz/target.hpp"
#include "packets/capture_reader.hpp"

using namespace misproxy;

namespace {

template <class Take>
void each_frame(std::string_view bytes, Take take) {
  auto opened = CaptureReader::of("fuzz.pcap", bytes);
  auto* reader = std::get_if<CaptureReader>(&opened);
  while (const auto frame = reader == nullptr ? std::nullopt : reader->next()) {
    const auto read = anonymize::read_frame(*frame);
    if (read.has_ip) take(*frame, read);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  anonymize::Pseudonyms pseudonyms;
  anonymize::Conversations conversations(pseudonyms);
  each_frame(text, [&](const RawFrame&, const anonymize::FrameRead& read) {
    if (anonymize::is_spoken(read)) conversations.take(read.packet);
  });
  conversations.finish();
  conversations.rewind();
  pseudonyms.settle();
  each_frame(text, [&](const RawFrame& frame, const anonymize::FrameRead& read) {
    const auto packet = anonymize::disguised_packet(read, pseudonyms, &conversations);
    fuzz::require(packet.size() == read.notes.innermost.bytes.size(), "a packet keeps its size");
    if (read.in_tunnel || !anonymize::keeps_link_header(frame.link_type)) return;
    const auto whole = anonymize::disguised_frame(frame, read, packet, pseudonyms);
    fuzz::require(whole.size() == frame.bytes.size(), "a frame keeps its size");
  });
  return 0;
}
