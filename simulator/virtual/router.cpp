#include "virtual/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/ip_bytes.hpp"
#include "core/ensure.hpp"
#include "virtual/segment_change.hpp"
#include "virtual/stateless_reset.hpp"

namespace misproxy::simulated {

struct Router::Passage {
  FramePtr frame;
  Party from;
  Party to;
  Flow flow;
  Direction direction;
  std::size_t ip_bytes;
  bool icmp_lost = false;
  std::optional<std::int64_t> told_mtu;           // in the place of the link's own
  std::vector<std::pair<Party, FramePtr>> added;  // go right behind it, each to a host

  const TcpSegment& segment() const { return *frame->packet.tcp(); }
  /// What an ICMP error tells of it.
  std::string quote() const {
    return frame->raw.empty() ? quote_of(frame->packet) : quote_of_bytes(frame->raw);
  }
};

Party Router::route(IpAddress to) const {
  for (const auto party : {Party::client, Party::proxy, Party::origin}) {
    if (port(party).host == to || port(party).host6 == to) return party;
  }
  ensure(false, "a packet to a host that is not there");
  return Party::client;
}

void Router::take(FramePtr frame, Party from) {
  const auto& packet = frame->packet;
  const auto to = route(packet.destination);
  const auto* segment = packet.tcp();
  if (segment == nullptr) return surroundings_.leaves(to, std::move(frame));
  const auto flow = surroundings_.flow_of({packet.source, segment->source_port},
                                          {packet.destination, segment->destination_port});
  const bool outward = from == Party::client || to == Party::origin;
  Passage passage{frame,
                  from,
                  to,
                  flow,
                  outward ? Direction::to_origin : Direction::to_client,
                  frame->ip_bytes(),
                  false,
                  std::nullopt,
                  {}};
  const auto faults =
      watch_.due(flow, passage.direction, *segment, passage.ip_bytes, timing_.now());
  const bool goes_on =
      std::ranges::all_of(faults, [&](const Fault* fault) { return perform(*fault, passage); });
  if (goes_on) go_on(passage);
  for (auto& [host, extra] : passage.added)
    surroundings_.leaves(host, std::move(extra));
}

void Router::go_on(Passage& passage) {
  const auto mtu = std::min(port(passage.from).link->mtu, port(passage.to).link->mtu);
  if (passage.ip_bytes > static_cast<std::size_t>(mtu)) {
    if (passage.frame->comment.empty())
      passage.frame->comment = fmt::format("over the MTU {}", mtu);
    if (!passage.icmp_lost) tell_too_large(passage, passage.told_mtu.value_or(mtu));
    return;
  }
  clamp(passage);
  surroundings_.leaves(passage.to, passage.frame);
}

void Router::clamp(Passage& passage) const {
  const auto& segment = passage.segment();
  if (!segment.mss) return;
  for (const auto party : {passage.from, passage.to}) {
    const auto most = port(party).link->mss_clamp;
    if (!most || *segment.mss <= *most) continue;
    auto copy = std::make_shared<Frame>(*passage.frame);
    std::get<TcpSegment>(copy->packet.body).mss = static_cast<std::uint16_t>(*most);
    copy->raw.clear();
    copy->comment = fmt::format("MSS clamped to {}", *most);
    passage.frame = std::move(copy);
  }
}

// --- faults

/// False where the segment goes no further.
bool Router::perform(const Fault& fault, Passage& passage) {
  passage.frame->comment = fmt::format("{}: {}", fault.id, fault.word());
  note(passage, fault);
  const auto effect = fault.effect();
  const auto* fate = std::get_if<Fate>(&effect);
  ensure(fate != nullptr, "a fault of the path decides a segment's fate");
  passage.icmp_lost = passage.icmp_lost || fate->mute;
  if (fate->change) {
    auto copy = std::make_shared<Frame>(*passage.frame);
    change_segment(*fate->change, watch_.numbers(passage.flow), passage.direction, copy->packet);
    copy->raw.clear();
    passage.ip_bytes = ip_length(copy->packet);
    passage.frame = std::move(copy);
  }
  if (fate->added) add(fault, *fate->added, passage);
  if (fate->reset) {
    reset(passage);
  } else if (fate->told) {
    tell_unreachable(passage, *fate);
  } else if (fate->wait.count() > 0) {
    hold(fault, *fate, passage);
  } else {
    if (fate->mtu) passage.told_mtu = fate->mtu;
    for (int copy = 1; copy < fate->copies; ++copy) {
      auto twin = passage;
      go_on(twin);
    }
    return fate->copies > 0;
  }
  return false;
}

/// To the end that the direction leads to, whichever end the fault's segment came from.
void Router::add(const Fault& fault, const AddedSegment& added, Passage& passage) {
  const auto direction = added.direction.value_or(passage.direction);
  const auto& packet = passage.frame->packet;
  const bool same_way = direction == passage.direction;
  const SegmentWay way{
      same_way ? packet.source : packet.destination, same_way ? packet.destination : packet.source,
      direction, same_way ? passage.segment().source_port : passage.segment().destination_port,
      same_way ? passage.segment().destination_port : passage.segment().source_port};
  const auto segment = added_segment(added, watch_.numbers(passage.flow), way);
  for (int copy = 0; copy < added.copies; ++copy) {
    passage.added.emplace_back(
        same_way ? passage.to : passage.from,
        std::make_shared<Frame>(Frame{segment, fmt::format("{}: {}", fault.id, fault.word())}));
  }
}

void Router::hold(const Fault& fault, const Fate& fate, const Passage& passage) {
  Duration wait = fate.wait;
  if (fate.jitter.count() > 0) wait += watch_.jitter(fault, fate.jitter, ++delayed_);
  ++held_;
  timing_.after(wait, [this, held = passage]() mutable {
    --held_;
    go_on(held);
  });
}

void Router::note(const Passage& passage, const Fault& fault) {
  TraceEvent event(Point::path, Party::router, Cause::injected, fault.word());
  event.fault = fault.id;
  event.fields = {{"leg", std::string(word(passage.flow.leg))},
                  {"direction", std::string(word(passage.direction))},
                  {"segment", std::string(word(kind_of(passage.segment())))},
                  {"payload_bytes", static_cast<std::int64_t>(passage.segment().payload.size())}};
  for (auto& field : fault.told())
    event.fields.push_back(std::move(field));
  surroundings_.note(passage.flow.connection, std::move(event));
}

// --- what the router says itself

IpAddress router_address(IpAddress host) {
  host.bytes[host.is_v6 ? 15 : 3] = 254;
  return host;
}

IcmpUnreachable unreachable_of(const Packet& packet, std::uint8_t code, std::int64_t mtu,
                               std::string quote) {
  const auto& segment = *packet.tcp();
  IcmpUnreachable message;
  message.code = code;
  message.next_hop_mtu = static_cast<std::uint16_t>(mtu);
  message.source = {packet.source, segment.source_port};
  message.destination = {packet.destination, segment.destination_port};
  message.seq = segment.seq;
  message.quote = std::move(quote);
  return message;
}

Packet router_says(const IpAddress& host, IcmpUnreachable message) {
  Packet packet;
  packet.source = router_address(host);
  packet.destination = host;
  packet.dont_fragment = false;
  packet.body = std::move(message);
  return packet;
}

void Router::tell_too_large(const Passage& passage, std::int64_t mtu) {
  send_icmp(passage, IcmpUnreachable::kFragmentationNeeded, mtu);
}

void Router::tell_unreachable(const Passage& passage, const Fate& fate) {
  switch (*fate.told) {
    case Fate::Icmp::host_unreachable:
      return send_icmp(passage, IcmpUnreachable::kHostUnreachable, 0);
    case Fate::Icmp::fragmentation_needed:
      return send_icmp(passage, IcmpUnreachable::kFragmentationNeeded, fate.mtu.value_or(0));
    case Fate::Icmp::admin_prohibited:
      return send_icmp(passage, IcmpUnreachable::kAdminProhibited, 0);
  }
}

void Router::send_icmp(const Passage& passage, std::uint8_t code, std::int64_t mtu) {
  const auto& packet = passage.frame->packet;
  auto answer = router_says(packet.source, unreachable_of(packet, code, mtu, passage.quote()));
  surroundings_.leaves(passage.from, std::make_shared<Frame>(Frame{std::move(answer), ""}));
}

/// To the sender, in the other end's name, as a host does that knows of no such connection.
void Router::reset(const Passage& passage) {
  const auto& packet = passage.frame->packet;
  auto answer = stateless_reset(passage.segment(), packet.destination, packet.source);
  surroundings_.leaves(passage.from,
                       std::make_shared<Frame>(Frame{std::move(answer), passage.frame->comment}));
}

}  // namespace misproxy::simulated
