#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "virtual/tcp_socket.hpp"

namespace misproxy::test {

/// A TcpSocket that has accepted, talked to segment by segment: give what its peer sends, expect
/// what it answers and when. Positions count from 0, the SYN; the first byte is 1. What it sends
/// and nobody expects fails the test.
class Dialogue final : public simulated::TcpSocket::Network, public simulated::TcpSocket::Owner {
 public:
  using Blocks = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  static constexpr std::uint32_t kFull = 1448;

  explicit Dialogue(Milliseconds round_trip = Milliseconds{100}) {
    socket_.belong_to(*this);
    auto syn = from_peer();
    syn.seq = kPeerStart;
    syn.syn = true;
    syn.has_ack = false;
    syn.mss = 1460;
    syn.sack_permitted = true;
    syn.window_scale = 7;
    socket_.accept(syn);
    our_start_ = sent_.at(0).second.seq;
    sent_.clear();
    pass(round_trip);
    ack(1);
  }
  ~Dialogue() override { EXPECT_TRUE(sent_.empty()) << "left over: " << next(); }

  Dialogue& pass(Duration time) {
    const auto until = queue_.now() + time;
    queue_.at(until, [] {});
    while (queue_.now() < until || (!queue_.empty() && queue_.next() == until))
      queue_.run_next();
    return *this;
  }
  Dialogue& write(std::size_t bytes) {
    socket_.send(std::string(bytes, 'x'));
    return *this;
  }
  Dialogue& shut_down() {
    socket_.shut_down();
    return *this;
  }
  Dialogue& ack(std::uint32_t position, const Blocks& sack = {}) {
    auto segment = from_peer();
    segment.ack = our_start_ + position;
    for (const auto& [begin, end] : sack)
      segment.sack.push_back({our_start_ + begin, our_start_ + end});
    socket_.take(segment);
    return *this;
  }
  Dialogue& give(std::uint32_t begin, std::uint32_t end, bool fin = false) {
    auto segment = from_peer();
    segment.seq = kPeerStart + begin;
    segment.ack = our_start_ + 1;
    segment.payload.assign(end - begin, 'y');
    segment.fin = fin;
    socket_.take(segment);
    return *this;
  }
  /// As packetdrill writes it: flags, positions, then `ack` and SACK of a segment without payload.
  Dialogue& expect(const std::string& words) {
    EXPECT_EQ(next(), words);
    if (!sent_.empty()) sent_.pop_front();
    return *this;
  }
  Dialogue& expect_after(Milliseconds time, const std::string& words) {
    if (sent_.empty()) pass(time + Milliseconds{40});
    if (!sent_.empty()) {
      EXPECT_GE(sent_.front().first - since_, time) << words;
    }
    return expect(words);
  }
  Dialogue& expect_nothing() {
    EXPECT_EQ(next(), "nothing");
    return *this;
  }
  /// Whatever it sent so far, and how many those are.
  std::size_t skip() {
    const auto count = sent_.size();
    sent_.clear();
    return count;
  }
  /// `expect_after` counts from here.
  Dialogue& mark() {
    since_ = queue_.now();
    return *this;
  }

  void transmit(Packet packet) override { sent_.emplace_back(queue_.now(), *packet.tcp()); }
  std::uint16_t path_mtu(IpAddress) const override { return 1500; }
  void learn_mtu(IpAddress, std::uint16_t) override {}

  void connected(simulated::TcpSocket&) override {}
  void connect_failed(simulated::TcpSocket&, Failed::Why) override {}
  void received(simulated::TcpSocket&, std::string_view) override {}
  void peer_closed(simulated::TcpSocket&, Ending) override {}
  void drained(simulated::TcpSocket&) override {}
  void all_acknowledged(simulated::TcpSocket&) override {}
  void finished(simulated::TcpSocket&) override {}

 private:
  static constexpr std::uint32_t kPeerStart = 7'000;

  TcpSegment from_peer() const {
    TcpSegment segment;
    segment.source_port = 40'000;
    segment.destination_port = 80;
    segment.seq = kPeerStart + 1;
    segment.has_ack = true;
    segment.window = 2'000;
    segment.timestamps = Timestamps{1, 0};
    return segment;
  }
  std::string next() const {
    if (sent_.empty()) return "nothing";
    const auto& segment = sent_.front().second;
    std::string words = segment.fin ? "F" : "";
    words += segment.psh ? "P." : ".";
    const auto begin = segment.seq - our_start_;
    if (segment.length() > 0)
      return words + " " + std::to_string(begin) + ":" +
             std::to_string(begin + segment.payload.size());
    words += " ack " + std::to_string(segment.ack - kPeerStart);
    for (const auto& block : segment.sack)
      words += " " + std::to_string(block.begin - kPeerStart) + ":" +
               std::to_string(block.end - kPeerStart);
    return words;
  }

  simulated::EventQueue queue_;
  simulated::TcpSocket socket_{queue_, *this, {{1, 80}, {2, 40'000}}, 1, {}};
  std::deque<std::pair<Instant, TcpSegment>> sent_;
  std::uint32_t our_start_ = 0;
  Instant since_{};
};

}  // namespace misproxy::test
