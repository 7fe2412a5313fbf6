#include "anonymize/lane.hpp"

#include <algorithm>
#include <utility>

#include "anonymize/tls_bytes.hpp"

namespace misproxy::anonymize {
namespace {

using evidence::SocketId;
using evidence::WirePacket;

constexpr std::size_t kMostWaiting = 64 * 1024;
constexpr std::size_t kMostParts = 1024;

std::string key_of(const SocketId& socket) {
  std::string key(socket.host.bytes.begin(), socket.host.bytes.end());
  key += static_cast<char>(socket.port >> 8U);
  key += static_cast<char>(socket.port);
  return key;
}

}  // namespace

void Lane::syn(std::uint32_t seq) {
  if (!base_) base_ = seq + 1;
}

std::optional<std::uint64_t> Lane::place(const WirePacket& packet) {
  if (!packet.seq) return std::nullopt;
  const auto seq = *packet.seq + (packet.syn ? 1U : 0U);  // data of a SYN: RFC 7413
  if (!base_) base_ = seq;
  const auto low = *base_ + static_cast<std::uint32_t>(end_);
  const auto offset = static_cast<std::int64_t>(end_) + static_cast<std::int32_t>(seq - low);
  if (offset < 0) return std::nullopt;
  end_ = std::max(end_, static_cast<std::uint64_t>(offset) + packet.length);
  return static_cast<std::uint64_t>(offset);
}

void Lane::take(std::uint64_t offset, const WirePacket& packet) {
  const auto bytes = packet.payload.substr(0, packet.length);
  if (offset <= delivered_) {
    deliver(offset, bytes, packet.length);
    return drain(false);
  }
  auto& part = waiting_[offset];
  if (part.length >= packet.length) return;
  waiting_bytes_ += bytes.size() - std::min(bytes.size(), part.bytes.size());
  part = {std::string(bytes), packet.length};
  drain(waiting_bytes_ > kMostWaiting || waiting_.size() > kMostParts);
}

void Lane::deliver(std::uint64_t offset, std::string_view bytes, std::uint32_t length) {
  const auto end = offset + length;
  if (end <= delivered_) return;
  if (offset > delivered_) voice_.skip(offset - delivered_);
  const auto known = static_cast<std::size_t>(delivered_ > offset ? delivered_ - offset : 0);
  if (known < bytes.size()) voice_.take(bytes.substr(known));
  const auto seen = std::max(known, bytes.size());
  if (seen < length) voice_.skip(length - seen);
  delivered_ = end;
}

/// What fits; `all`: whatever is missing in between, up to half of what waits.
void Lane::drain(bool all) {
  const auto enough = waiting_bytes_ / 2;
  while (!waiting_.empty()) {
    const auto first = waiting_.begin();
    const bool fits = first->first <= delivered_;
    if (!fits && !(all && (waiting_bytes_ > enough || enough == 0))) return;
    const auto part = std::move(first->second);
    const auto offset = first->first;
    waiting_.erase(first);
    waiting_bytes_ -= std::min(waiting_bytes_, part.bytes.size());
    deliver(offset, part.bytes, part.length);
  }
}

void Lane::finish() {
  waiting_bytes_ = 0;
  drain(true);
  voice_.finish();
}

Conversation& Conversations::conversation_of(const WirePacket& packet) {
  auto key = std::pair(key_of(packet.source), key_of(packet.destination));
  if (key.second < key.first) std::swap(key.first, key.second);
  auto& between = between_[key];
  const bool opens = packet.syn && !packet.has_ack && packet.seq;
  const auto begins_another = [&](const Conversation& last) {
    return opens && !(last.syn == packet.seq && last.first_source == packet.source);
  };
  if (again_) {
    if (between.any && begins_another(*between.all[between.current]) &&
        between.current + 1 < between.all.size())
      ++between.current;
    between.any = true;
    return *between.all[between.current];
  }
  if (between.all.empty() || begins_another(*between.all.back())) {
    auto fresh = std::make_unique<Conversation>(pseudonyms_);
    fresh->first_source = packet.source;
    if (opens) fresh->syn = packet.seq;
    between.all.push_back(std::move(fresh));
  }
  return *between.all.back();
}

void Conversations::take(const WirePacket& packet) {
  auto& conversation = conversation_of(packet);
  auto& lane = conversation.lane_of(packet.source);
  if (packet.syn && packet.seq) lane.syn(*packet.seq);
  if (packet.length == 0) return;
  const auto offset = lane.place(packet);
  if (!offset) return;
  lane.take(*offset, packet);
  if (lane.voice().has_asked()) conversation.other_than(packet.source).voice().begin_anew();
}

void Conversations::finish() {
  for (auto& [key, between] : between_) {
    for (auto& conversation : between.all) {
      conversation->first.finish();
      conversation->second.finish();
    }
  }
}

void Conversations::rewind() {
  again_ = true;
  for (auto& [key, between] : between_) {
    for (auto& conversation : between.all) {
      conversation->first.rewind();
      conversation->second.rewind();
    }
  }
}

std::string Conversations::payload(const WirePacket& packet) {
  auto& conversation = conversation_of(packet);
  auto& lane = conversation.lane_of(packet.source);
  if (packet.syn && packet.seq) lane.syn(*packet.seq);
  const auto size = packet.payload.size();
  if (packet.length == 0) return std::string(size, kFiller);
  const auto offset = lane.place(packet);
  return offset ? lane.voice().shown().at(*offset, size) : std::string(size, kFiller);
}

}  // namespace misproxy::anonymize
