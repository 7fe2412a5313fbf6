#include "virtual/tcp_receiver.hpp"

#include <algorithm>

namespace misproxy::simulated {
namespace {

constexpr std::size_t kMostBlocks = 3;

}  // namespace

std::string TcpReceiver::take(std::uint64_t begin, std::string_view bytes, bool fin) {
  const auto end = begin + bytes.size();
  const auto stop = end + (fin ? 1 : 0);
  const bool had_gap = has_gap();
  immediate_ = false;
  if (begin < next_) twice_ = Block{begin, std::min(stop, next_)};
  if (stop <= next_) {
    immediate_ = true;
    return {};
  }
  if (fin) end_ = end;
  if (begin > next_) {
    store(begin, bytes);
    remember_block(begin);
    return {};
  }
  std::string ordered(bytes.substr(static_cast<std::size_t>(next_ - begin)));
  next_ = end;
  while (!waiting_.empty() && waiting_.begin()->first <= next_) {
    const auto& [at, piece] = *waiting_.begin();
    if (at + piece.size() > next_) {
      ordered += std::string_view(piece).substr(static_cast<std::size_t>(next_ - at));
      next_ = at + piece.size();
    }
    waiting_.erase(waiting_.begin());
  }
  if (end_ && !ended_ && next_ >= *end_) {
    ended_ = true;
    ++next_;
  }
  immediate_ = had_gap && !has_gap();
  return ordered;
}

/// Keeps what is new of it; pieces in `waiting_` never overlap.
void TcpReceiver::store(std::uint64_t begin, std::string_view bytes) {
  const auto end = begin + bytes.size();
  auto at = begin;
  while (at < end) {
    auto after = waiting_.upper_bound(at);
    if (after != waiting_.begin()) {
      const auto before = std::prev(after);
      const auto covered = before->first + before->second.size();
      if (covered > at) {
        if (at == begin) twice_ = Block{begin, std::min(end, covered)};
        at = covered;
        continue;
      }
    }
    const auto stop = after == waiting_.end() ? end : std::min(end, after->first);
    waiting_.emplace(at, bytes.substr(static_cast<std::size_t>(at - begin),
                                      static_cast<std::size_t>(stop - at)));
    at = stop;
  }
}

void TcpReceiver::remember_block(std::uint64_t at) {
  recent_.insert(recent_.begin(), at);
  if (recent_.size() > 64) recent_.pop_back();
}

std::uint64_t TcpReceiver::furthest() const {
  const auto all = islands();
  return all.empty() ? next_ : all.back().second;
}

std::vector<TcpReceiver::Block> TcpReceiver::islands() const {
  std::vector<Block> all;
  for (const auto& [at, piece] : waiting_) {
    if (!all.empty() && all.back().second == at) {
      all.back().second = at + piece.size();
    } else {
      all.emplace_back(at, at + piece.size());
    }
  }
  if (has_fin_beyond_gap()) {  // the FIN takes a number too
    if (all.empty() || all.back().second != *end_) all.emplace_back(*end_, *end_);
    ++all.back().second;
  }
  return all;
}

std::vector<TcpReceiver::Block> TcpReceiver::take_blocks() {
  std::vector<Block> blocks;
  if (twice_) blocks.push_back(*twice_);
  twice_.reset();
  if (!has_gap()) {
    recent_.clear();
    return blocks;
  }
  const auto all = islands();
  const auto first = blocks.size();
  for (const auto at : recent_) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Block& block) {
      return block.first <= at && at < block.second;
    });
    const bool told =
        found == all.end() || std::find(blocks.begin() + static_cast<std::ptrdiff_t>(first),
                                        blocks.end(), *found) != blocks.end();
    if (!told && blocks.size() < kMostBlocks) blocks.push_back(*found);
  }
  return blocks;
}

}  // namespace misproxy::simulated
