#include "anonymize/capture_copy.hpp"

#include <utility>

#include "anonymize/lane.hpp"
#include "anonymize/packet_bytes.hpp"
#include "packets/capture_reader.hpp"
#include "packets/capture_writer.hpp"

namespace misproxy::anonymize {
namespace {

constexpr int kRawIp = 12;  // DLT_RAW: the file says LINKTYPE_RAW

/// What all frames of a capture have in common.
struct LinkForm {
  std::optional<int> link_type;
  bool is_one = true;

  void take(const RawFrame& frame, const FrameRead& read) {
    if (!link_type) link_type = frame.link_type;
    is_one = is_one && *link_type == frame.link_type && !read.in_tunnel &&
             keeps_link_header(frame.link_type);
  }
};

using Opened = std::variant<CaptureReader, CaptureError>;

template <class Take>
std::optional<std::string> each_frame(Opened& opened, Take take) {
  if (const auto* error = std::get_if<CaptureError>(&opened)) return error->sentence;
  auto& reader = std::get<CaptureReader>(opened);
  while (const auto frame = reader.next())
    take(*frame, read_frame(*frame));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> note_capture(const std::string& path, Pseudonyms& pseudonyms) {
  Conversations conversations(pseudonyms);
  auto opened = CaptureReader::open(path);
  auto error = each_frame(opened, [&](const RawFrame&, const FrameRead& read) {
    if (!read.has_ip) return;
    disguised_packet(read, pseudonyms, nullptr);
    if (is_spoken(read)) conversations.take(read.packet);
  });
  conversations.finish();
  return error;
}

std::variant<CaptureCopied, std::string> copy_capture(const std::string& from,
                                                      const std::string& to,
                                                      Pseudonyms& pseudonyms) {
  Conversations conversations(pseudonyms);
  LinkForm form;
  auto first = CaptureReader::open(from);
  if (auto error = each_frame(first, [&](const RawFrame& frame, const FrameRead& read) {
        if (!read.has_ip) return;
        form.take(frame, read);
        if (is_spoken(read)) conversations.take(read.packet);
      }))
    return *error;
  conversations.finish();
  conversations.rewind();

  const bool with_link = form.is_one && form.link_type;
  auto opened = CaptureWriter::open(to, with_link ? *form.link_type : kRawIp);
  if (auto* error = std::get_if<std::string>(&opened)) return std::move(*error);
  auto& writer = std::get<CaptureWriter>(opened);
  CaptureCopied copied;
  copied.without_link = !with_link;
  auto again = CaptureReader::open(from);
  auto error = each_frame(again, [&](const RawFrame& frame, const FrameRead& read) {
    if (!read.has_ip) {
      ++copied.left_out;
      return;
    }
    ++copied.packets;
    auto bytes = disguised_packet(read, pseudonyms, &conversations);
    auto length = frame.length;
    if (with_link)
      bytes = disguised_frame(frame, read, bytes, pseudonyms);
    else
      length = std::max(bytes.size(), read.notes.innermost.length);
    writer.write({frame.number, frame.time, length, bytes, 0});
  });
  if (!error) error = writer.finish();
  if (error) return *error;
  if (auto& reader = std::get<CaptureReader>(again); reader.error())
    copied.broken = reader.error()->sentence;
  return copied;
}

}  // namespace misproxy::anonymize
