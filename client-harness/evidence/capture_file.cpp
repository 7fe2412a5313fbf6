#include "evidence/capture_file.hpp"

#include "capture/link_layer.hpp"
#include "evidence/ip_packet.hpp"

namespace misproxy::evidence {

std::variant<CaptureFile, CaptureError> CaptureFile::open(const std::string& path) {
  return with(CaptureReader::open(path));
}

std::variant<CaptureFile, CaptureError> CaptureFile::of(const std::string& name,
                                                        std::string_view bytes) {
  return with(CaptureReader::of(name, bytes));
}

std::variant<CaptureFile, CaptureError> CaptureFile::with(
    std::variant<CaptureReader, CaptureError> opened) {
  if (auto* error = std::get_if<CaptureError>(&opened)) return std::move(*error);
  return CaptureFile(std::move(std::get<CaptureReader>(opened)));
}

const WirePacket* CaptureFile::next() {
  const auto frame = reader_.next_raw();
  if (!frame) return nullptr;
  if (frame->bytes.size() < frame->length) ++cut_frames_;
  packet_ = WirePacket{};
  packet_.number = frame->number;
  packet_.time = frame->time;
  const auto offset = ip_offset(reader_.link_type(), frame->bytes);
  if (offset && *offset <= frame->bytes.size())
    read_ip_packet(frame->bytes.substr(*offset), frame->length - *offset, packet_, qname_);
  return &packet_;
}

}  // namespace misproxy::evidence
