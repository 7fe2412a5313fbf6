#include "runner/capture_stream.hpp"

#include <algorithm>
#include <utility>

#include "runner/capture_of.hpp"

namespace misproxy {

using simulated::CapturedFrame;
using simulated::CapturePointId;
using simulated::Frame;

void CaptureStream::File::begin(std::string_view key_log) {
  begun = true;
  write(pcapng.begin());
  if (!key_log.empty()) write(pcapng.secrets(key_log));
  write(std::exchange(held, {}));
}

void CaptureStream::File::take(std::size_t point, std::chrono::nanoseconds at, const Frame& frame,
                               std::string_view key_log) {
  ++counts[point];
  const auto block = frame.raw.empty() ? pcapng.packet(point, at, frame.packet, frame.comment)
                                       : pcapng.packet(point, at, frame.raw, frame.comment);
  if (begun) return write(block);
  held += block;
  if (held.size() >= kHead) begin(key_log);
}

std::optional<std::size_t> CaptureStream::File::place_of(CapturePointId point) const {
  const auto found = std::find(points.begin(), points.end(), point);
  if (found == points.end()) return std::nullopt;
  return static_cast<std::size_t>(found - points.begin());
}

void CaptureStream::add(const std::vector<CapturePointId>& points, CaptureWrite write) {
  if (digest_.empty()) digest_ = plan_.digest();
  files_.emplace_back(capture_head_of(points, world_, plan_, digest_, comments_), points,
                      std::move(write));
}

void CaptureStream::frame(CapturedFrame captured) {
  const bool wanted = std::any_of(files_.begin(), files_.end(), [&](const File& file) {
    return file.place_of(captured.point).has_value();
  });
  if (!wanted) return;
  ++captured.frame->tapped;
  awaited_.push_back(std::move(captured));
  const auto is_settled = [this] {
    const auto& first = awaited_.front().frame;
    return first.use_count() == first->tapped || awaited_.size() > kMostAwaited;
  };
  while (!awaited_.empty() && is_settled())
    write_first();
}

void CaptureStream::secrets(std::string_view key_log) {
  const bool wanted =
      std::any_of(files_.begin(), files_.end(), [](const File& file) { return !file.begun; });
  if (wanted) key_log_ += key_log;
  for (auto& file : files_) {
    if (file.begun) file.write(file.pcapng.secrets(key_log));
  }
}

void CaptureStream::write_first() {
  const auto first = std::move(awaited_.front());
  awaited_.pop_front();
  --first.frame->tapped;
  auto& frame = *first.frame;
  const auto before = frame.raw;
  if (first.routed) frame.pass_hop();
  for (auto& file : files_) {
    if (const auto point = file.place_of(first.point))
      file.take(*point, epoch_ + first.at, frame, key_log_);
  }
  if (first.routed) ++frame.packet.ttl;
  frame.raw = before;
}

void CaptureStream::end(Instant at) {
  while (!awaited_.empty())
    write_first();
  for (auto& file : files_) {
    if (!file.begun) file.begin(key_log_);
    file.write(file.pcapng.end(epoch_ + at, file.counts));
  }
}

}  // namespace misproxy
