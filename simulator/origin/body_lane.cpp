#include "origin/body_lane.hpp"

#include <algorithm>

namespace misproxy {

std::string BodyLane::move(Instant now) {
  std::string passed;
  if (due_) return passed;
  auto moved = channel_.move(now, [&](std::string_view bytes) { return watch_.scan(bytes); });
  for (const auto& piece : moved.pieces)
    passed += piece;
  due_ = std::move(moved.due);
  return passed;
}

std::optional<Http2Body::Filled> BodyLane::read(std::span<char> room) {
  bool made = true;
  while (made && ready_.empty() && !due_) {
    made = made_ < size_;
    if (made) {
      const auto piece = make_(made_, room.size());
      made_ += piece.size();
      put(piece);
    }
    ready_ += move({});
  }
  if (ready_.empty() && due_) return std::nullopt;
  const auto bytes = std::min(room.size(), ready_.size());
  std::copy_n(ready_.begin(), bytes, room.begin());
  ready_.erase(0, bytes);
  return Http2Body::Filled{bytes, ready_.empty() && made_ == size_ && drained()};
}

}  // namespace misproxy
