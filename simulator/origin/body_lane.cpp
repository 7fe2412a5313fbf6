#include "origin/body_lane.hpp"

#include <algorithm>

#include "core/copy.hpp"

namespace misproxy {

std::string BodyLane::move(Instant now) {
  std::string passed;
  if (due_) return passed;
  auto moved = channel_.move(now, [&](std::string bytes) { return watch_.scan(std::move(bytes)); });
  for (auto& piece : moved.pieces)
    passed.empty() ? void(passed = std::move(piece)) : void(passed += piece);
  due_ = std::move(moved.due);
  return passed;
}

/// False where the source has no more.
bool BodyLane::read_on(std::size_t most) {
  if (!source_ || source_->over()) return false;
  put(source_->next(most));
  return true;
}

std::optional<Http2Body::Filled> BodyLane::read(std::span<char> room) {
  bool made = true;
  while (made && ready_.empty() && !due_) {
    made = read_on(room.size());
    ready_ = move({});  // it was empty
  }
  if (ready_.empty() && due_) return std::nullopt;
  const auto bytes = std::min(room.size(), ready_.size());
  copy_in_parts(room.data(), ready_.data(), bytes);
  ready_.erase(0, bytes);
  const bool over = !source_ || source_->over();
  return Http2Body::Filled{bytes, ready_.empty() && over && drained(), cut_short()};
}

}  // namespace misproxy
