#include "oracle/capture_situation.hpp"

#include <algorithm>
#include <stdexcept>

#include "support/frames.hpp"

namespace misproxy::oracle {
namespace {

struct Passed {
  Duration at{};
  bool inbound = false;
  const Packet* packet = nullptr;
  Duration since_begin{};  // of the world

  const TcpSegment& segment() const { return *packet->tcp(); }
};

bool opens(const Packet& packet) {
  const auto* segment = packet.tcp();
  return segment != nullptr && segment->syn && !segment->has_ack;
}

/// Follows one connection at one end of it.
class Observer {
 public:
  Observer(const std::vector<test::CapturedFrame>& frames, bool active) : active_(active) {
    find_connection(frames);
    observed_.situation.active = active;
    observed_.situation.handshake = false;
  }

  Observed take() {
    for (index_ = 0; index_ < passed_.size(); ++index_) {
      const auto& each = passed_[index_];
      if (each.packet->tcp() == nullptr) {
        take_icmp(each);
      } else if (each.inbound) {
        take_inbound(each);
      } else {
        take_outbound(each);
      }
    }
    constexpr std::size_t more = 1'448;
    if (pending_ > 0) pending_ += more;  // a write goes on where no PSH has ended it
    flush();
    auto& situation = observed_.situation;
    // The kernel's timers tick coarsely, and what they wait for doubles: its last word may be late.
    situation.end = passed_.back().at + passed_.back().at / 20 + Milliseconds{30};
    situation.goes_on = true;
    std::stable_sort(situation.steps.begin(), situation.steps.end(),
                     [](const Step& a, const Step& b) { return a.at < b.at; });
    Peer words(situation, peer_start_);
    for (const auto& each : passed_) {
      if (!each.inbound && each.packet->tcp() != nullptr) words.hear(each.segment(), each.at);
    }
    observed_.played.answers = std::move(words.answers());
    return std::move(observed_);
  }

 private:
  void find_connection(const std::vector<test::CapturedFrame>& frames) {
    const auto syn = std::ranges::find_if(
        frames, [](const auto& frame) { return frame.packet && opens(frame.packet->packet); });
    if (syn == frames.end()) throw std::runtime_error("no connection in the capture");
    const auto& first = syn->packet->packet;
    const auto client = SocketAddress{first.source, first.tcp()->source_port};
    const auto server = SocketAddress{first.destination, first.tcp()->destination_port};
    const auto host = active_ ? client.host : server.host;
    for (auto frame = syn; frame != frames.end(); ++frame) {
      if (!frame->packet) continue;
      const auto& packet = frame->packet->packet;
      if (packet.tcp() == nullptr) {
        const auto& icmp = std::get<IcmpUnreachable>(packet.body);
        if (packet.destination != host || icmp.code != IcmpUnreachable::kFragmentationNeeded)
          continue;
      } else if (!is_of(packet, client, server)) {
        continue;
      }
      passed_.push_back(
          {frame->time - syn->time, packet.destination == host, &packet, frame->time});
    }
  }

  static bool is_of(const Packet& packet, SocketAddress client, SocketAddress server) {
    const SocketAddress from{packet.source, packet.tcp()->source_port};
    const SocketAddress to{packet.destination, packet.tcp()->destination_port};
    return (from == client && to == server) || (from == server && to == client);
  }

  void take_icmp(const Passed& each) {
    Step step{each.at, Step::Kind::too_large};
    constexpr std::size_t headers = 40;
    step.bytes = std::get<IcmpUnreachable>(each.packet->body).next_hop_mtu;
    most_ = std::min(most_, step.bytes - headers);
    note_cause(step);
    observed_.situation.steps.push_back(step);
  }

  void take_inbound(const Passed& each) {
    const auto& segment = each.segment();
    last_inbound_ = each.at;
    if (!segment.payload.empty()) last_act_ = std::max(last_act_, each.at);
    auto& peer = observed_.situation.peer;
    if (segment.syn) {
      peer_start_ = segment.seq;
      peer = {segment.mss.value_or(536), segment.window_scale, segment.sack_permitted,
              segment.timestamps.has_value(), segment.window};
    }
    PeerSegment said;
    if (segment.syn) said.flags += 'S';
    if (segment.fin) said.flags += 'F';
    if (segment.rst) said.flags += 'R';
    if (segment.psh) said.flags += 'P';
    if (segment.has_ack) said.flags += '.';
    said.begin = segment.seq - peer_start_;
    said.end = said.begin + static_cast<std::uint32_t>(segment.payload.size());
    if (segment.has_ack) said.ack = segment.ack - host_start_;
    said.window = segment.window;
    for (const auto& block : segment.sack)
      said.sack.emplace_back(block.begin - host_start_, block.end - host_start_);
    if (segment.timestamps) said.echo_answer = answer_with(segment.timestamps->echo);
    Step step{each.at, Step::Kind::segment};
    step.segment = std::move(said);
    if (segment.rst) note_cause(step);
    observed_.situation.steps.push_back(std::move(step));
  }

  /// What does not say which segment it answers answers one that has had the time to get there,
  /// over the shortest way: to the router and back.
  void note_cause(Step& step) const {
    constexpr Duration way = std::chrono::microseconds{150};
    for (std::size_t i = 0; i < index_; ++i) {
      const auto& each = passed_[i];
      if (each.inbound || each.packet->tcp() == nullptr || each.at + way > step.at) continue;
      const auto& segment = each.segment();
      if (segment.syn || segment.rst) continue;
      const auto sent = segment.seq + segment.length() - host_start_;
      step.after_sent = std::max(step.after_sent, sent);
      if (segment.has_ack) step.after_ack = std::max(step.after_ack, segment.ack - peer_start_);
    }
  }

  /// Of the host's segments so far, the place of the first with this TSval.
  std::optional<std::size_t> answer_with(std::uint32_t stamp) const {
    const auto found = std::ranges::find(stamps_, stamp);
    if (found == stamps_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - stamps_.begin());
  }

  void take_outbound(const Passed& each) {
    const auto& segment = each.segment();
    if (segment.timestamps) stamps_.push_back(segment.timestamps->value);
    if (segment.syn) {
      host_start_ = segment.seq;
      return;
    }
    if (segment.rst) return take_reset(each);
    const auto begin = segment.seq - host_start_;
    const auto end = begin + static_cast<std::uint32_t>(segment.payload.size());
    if (!segment.payload.empty() && end > written_ + pending_ + 1) {
      if (pending_ == 0) pending_since_ = written_at(each);
      pending_ = end - 1 - written_;
      if (segment.psh || segment.fin) flush();
    }
    last_outbound_ = each.at;
    if (!segment.payload.empty()) last_is_full_ = segment.payload.size() >= full();
    if (segment.fin && !std::exchange(ended_, true)) {
      flush();
      act(each.at, resets_later() ? Step::Kind::close : Step::Kind::shut_down);
    }
  }

  /// What leaves as an acknowledgment arrives, as a timer of the model's runs out (they tick every
  /// 4 ms), or right behind such a segment, was written before, and had to wait. But behind one
  /// that is not full nothing can have waited: it would have filled that.
  Duration written_at(const Passed& each) {
    constexpr Duration at_once = std::chrono::microseconds{1};
    constexpr Duration back_to_back = std::chrono::microseconds{13};
    constexpr Duration tick = std::chrono::milliseconds{4};
    const bool acknowledged = each.at - last_inbound_ <= at_once && !brings_bytes(index_);
    const bool behind = waited_ && last_is_full_ && each.at - last_outbound_ <= back_to_back;
    waited_ = acknowledged || behind || each.since_begin % tick == Duration{};
    if (!waited_) last_act_ = each.at;
    return last_act_;
  }

  /// As full as the path and the peer let it be.
  std::size_t full() const {
    constexpr std::size_t timestamps = 12;
    const std::size_t most = std::min<std::size_t>(observed_.situation.peer.mss, most_);
    return observed_.situation.peer.timestamps ? most - timestamps : most;
  }

  bool brings_bytes(std::size_t before) const {
    for (auto i = before; i-- > 0;) {
      if (passed_[i].inbound && passed_[i].packet->tcp() != nullptr)
        return !passed_[i].segment().payload.empty();
    }
    return false;
  }

  void take_reset(const Passed& each) {
    if (each.segment().has_ack && !ended_ && !std::exchange(aborted_, true)) {
      flush();
      act(each.at, Step::Kind::abort);
    }
  }

  bool resets_later() const {
    return std::any_of(passed_.begin() + static_cast<std::ptrdiff_t>(index_), passed_.end(),
                       [](const Passed& each) {
                         return !each.inbound && each.packet->tcp() != nullptr &&
                                each.segment().rst;
                       });
  }

  void flush() {
    if (pending_ == 0) return;
    act(pending_since_, Step::Kind::write, pending_);
    written_ += std::exchange(pending_, 0);
  }

  void act(Duration at, Step::Kind kind, std::size_t bytes = 0) {
    Step step{at, kind};
    step.bytes = bytes;
    observed_.situation.steps.push_back(step);
  }

  bool active_;
  std::vector<Passed> passed_;
  std::size_t index_ = 0;
  Observed observed_;
  std::uint32_t host_start_ = 0;
  std::uint32_t peer_start_ = 0;
  std::vector<std::uint32_t> stamps_;
  std::uint32_t written_ = 0;
  std::uint32_t pending_ = 0;
  Duration pending_since_{};
  Duration last_inbound_{};
  Duration last_outbound_{};
  Duration last_act_{};
  bool waited_ = false;
  bool last_is_full_ = false;
  std::size_t most_ = 1'460;  // bytes and options, over this path
  bool ended_ = false;
  bool aborted_ = false;
};

}  // namespace

Observed observe(const std::string& capture, const std::string& host) {
  const auto read = test::read_frames(capture);
  if (read.error) throw std::runtime_error(capture + ": cannot be read");
  auto observed = Observer(read.frames, host == "client").take();
  observed.situation.name = capture.substr(capture.rfind('/') + 1);
  observed.situation.title = "what came to the " + host;
  return observed;
}

}  // namespace misproxy::oracle
