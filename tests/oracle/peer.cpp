#include "oracle/peer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "capture/ip_bytes.hpp"

namespace misproxy::oracle {

std::uint32_t Peer::clock(Duration now) const {
  const auto ms = std::chrono::duration_cast<Milliseconds>(now + std::chrono::seconds{10}).count();
  return kClock + static_cast<std::uint32_t>(ms);
}

void Peer::hear(const TcpSegment& segment, Duration now) {
  if (segment.syn && !host_start_) host_start_ = segment.seq;
  if (!host_start_) host_start_ = segment.seq - 1;
  if (situation_.active) ports_.second = segment.source_port;
  const auto end = segment.seq + segment.length() - *host_start_;
  if (!segment.rst && static_cast<std::int32_t>(end - highest_) > 0) highest_ = end;
  if (segment.has_ack && !segment.syn) highest_ack_ = std::max(highest_ack_, segment.ack - start_);
  if (segment.timestamps)
    sent_.push_back(
        {segment.seq - *host_start_, end, segment.timestamps->value, !segment.payload.empty()});
  if (!segment.payload.empty()) last_data_ = segment;
  answers_.push_back({now, words_of(segment)});
}

std::string Peer::words_of(const TcpSegment& segment) const {
  std::string words;
  if (segment.syn) words += 'S';
  if (segment.fin) words += 'F';
  if (segment.rst) words += 'R';
  if (segment.psh) words += 'P';
  if (segment.has_ack) words += '.';
  const auto begin = segment.seq - *host_start_;
  words += fmt::format(" {}:{}", begin, begin + segment.payload.size());
  if (segment.has_ack) words += fmt::format(" ack {}", segment.ack - start_);
  if (segment.mss) words += fmt::format(" mss {}", *segment.mss);
  if (segment.sack_permitted) words += " sackOK";
  if (segment.timestamps && segment.syn) words += " TS";
  if (segment.window_scale) words += fmt::format(" wscale {}", *segment.window_scale);
  if (!segment.sack.empty()) words += " sack";
  for (const auto& block : segment.sack)
    words += fmt::format(" {}:{}", block.begin - start_, block.end - start_);
  if (segment.window == 0 && !segment.rst) words += " win 0";
  return words;
}

Packet Peer::packet(TcpSegment segment) const {
  segment.source_port = ports_.first;
  segment.destination_port = ports_.second;
  Packet packet;
  packet.source = kPeer;
  packet.destination = kHost;
  packet.body = std::move(segment);
  return packet;
}

void Peer::options(TcpSegment& syn) const {
  const auto& peer = situation_.peer;
  syn.syn = true;
  syn.window = 65'535;
  syn.mss = peer.mss;
  syn.sack_permitted = peer.sack;
  syn.window_scale = peer.window_scale;
}

/// An option that the host has not offered is none of the SYN-ACK's.
Packet Peer::opening(Duration now) const {
  TcpSegment syn;
  options(syn);
  syn.seq = start_;
  const bool stamps = situation_.active ? uses_timestamps() : situation_.peer.timestamps;
  if (stamps) syn.timestamps = Timestamps{clock(now), sent_.empty() ? 0 : sent_.back().stamp};
  if (situation_.active) {
    syn.has_ack = true;
    syn.ack = *host_start_ + 1;
    syn.sack_permitted = syn.sack_permitted && situation_.tcp.sack;
    if (!situation_.tcp.window_scaling) syn.window_scale.reset();
  }
  return packet(std::move(syn));
}

/// Of what has brought the acknowledgment forward: the last sending of its first byte (RFC 7323
/// section 4.3). What came late, and was sent again without need, is said with `echo`.
std::uint32_t Peer::echo(const PeerSegment& segment) {
  if (segment.echo_answer && *segment.echo_answer < sent_.size())
    return sent_[*segment.echo_answer].stamp;
  std::size_t nth = 0;
  for (const auto& sent : sent_) {
    const bool meant = segment.echo && sent.bytes && ++nth == *segment.echo;
    const bool first = sent.begin <= said_ack_ && said_ack_ < sent.end && sent.end <= segment.ack;
    if (meant || (!segment.echo && first)) recent_ = sent.stamp;
  }
  said_ack_ = std::max(said_ack_, segment.ack);
  return recent_;
}

Packet Peer::say(const PeerSegment& said, Duration now) {
  TcpSegment segment;
  const auto has = [&](char flag) { return said.flags.find(flag) != std::string::npos; };
  if (has('S')) options(segment);
  segment.fin = has('F');
  segment.rst = has('R');
  segment.psh = has('P');
  segment.has_ack = has('.');
  segment.seq = start_ + said.begin;
  if (segment.has_ack) segment.ack = host_start_.value_or(0) + said.ack;
  if (!segment.syn) segment.window = said.window.value_or(situation_.peer.window);
  segment.payload.assign(said.end - said.begin, 'p');
  for (const auto& [begin, end] : said.sack)
    segment.sack.push_back({*host_start_ + begin, *host_start_ + end});
  const bool stamps = segment.syn ? situation_.peer.timestamps : uses_timestamps();
  if (stamps && !segment.rst) segment.timestamps = Timestamps{clock(now), echo(said)};
  return packet(std::move(segment));
}

/// A router's, of the last segment with bytes.
Packet Peer::too_large(std::size_t mtu) const {
  IcmpUnreachable message;
  message.code = IcmpUnreachable::kFragmentationNeeded;
  message.next_hop_mtu = static_cast<std::uint16_t>(mtu);
  message.source = {kHost, ports_.second};
  message.destination = {kPeer, ports_.first};
  message.seq = last_data_.seq;
  Packet large;
  large.source = kHost;
  large.destination = kPeer;
  large.body = last_data_;
  message.quote = quote_of(large);
  Packet answer;
  answer.source = kPeer;
  answer.destination = kHost;
  answer.dont_fragment = false;
  answer.body = std::move(message);
  return answer;
}

}  // namespace misproxy::oracle
