#include "lab/wire.hpp"

#include <algorithm>
#include <utility>

#include "capture/ip_bytes.hpp"
#include "lab/echo.hpp"
#include "virtual/link_ends.hpp"
#include "virtual/path_watch.hpp"

namespace misproxy::lab {
namespace {

using simulated::at_host;
using simulated::at_router;
using simulated::CapturePointId;
using simulated::Frame;
using simulated::FramePtr;
using simulated::kHosts;
using simulated::link_of;
using simulated::router_address;

std::size_t at(Party party) { return static_cast<std::size_t>(party); }

std::array<simulated::Router::Port, 3> ports_of(const std::array<Wire::End, 3>& ends,
                                                const Network& network) {
  std::array<simulated::Router::Port, 3> ports;
  for (const auto party : kHosts) {
    const auto& end = ends.at(at(party));
    ports.at(at(party)) = {end.address, &link_of(network, party), end.address6};
  }
  return ports;
}

}  // namespace

Wire::Wire(boost::asio::io_context& context, const Plan& plan, std::array<End, 3> ends,
           Timers::Clock clock, OnNote on_note)
    : plan_(plan),
      timers_(context, std::move(clock)),
      ends_(ends),
      flows_(ends[0].address, ends[0].address6),
      resolver_(plan, counts_),
      router_(timers_, plan, counts_, ports_of(ends, plan.scenario().network), *this),
      on_note_(std::move(on_note)) {
  for (const auto party : kHosts) {
    ports_.at(at(party)) = std::make_unique<TunPort>(
        context, ends_.at(at(party)).tun,
        [this, party](std::string_view ip_bytes) { sent(party, ip_bytes); });
  }
  build_links(plan.scenario().network);
}

void Wire::build_links(const Network& network) {
  for (const auto party : kHosts) {
    const auto& link = link_of(network, party);
    const std::string name(word(party));
    to_router_.at(at(party)) = std::make_unique<simulated::Link>(
        timers_, link, plan_.seed(), name + "-out",
        [this, party](const FramePtr& frame) { tap_at(at_host(party), frame, false); },
        [this, party](FramePtr frame) { arrives_at_router(party, std::move(frame)); });
    from_router_.at(at(party)) = std::make_unique<simulated::Link>(
        timers_, link, plan_.seed(), name + "-in",
        [this, party](const FramePtr& frame) { tap_at(at_router(party), frame, true); },
        [this, party](const FramePtr& frame) { arrives_at_host(party, frame); });
  }
}

void Wire::start() {
  for (auto& port : ports_)
    port->start();
}

void Wire::stop() {
  timers_.stop();
  for (auto& port : ports_)
    port->stop();
  taps_ = nullptr;
}

// --- a packet's way

void Wire::sent(Party from, std::string_view ip_bytes) {
  const auto head = read_ip_head(ip_bytes);
  if (!head) return;
  last_packet_ = timers_.now();
  auto frame = std::make_shared<Frame>();
  if (auto packet = read_tcp_packet(ip_bytes)) {
    flows_.see(*packet);
    frame->packet = std::move(*packet);
  } else {
    frame->packet.source = head->source;
    frame->packet.destination = head->destination;
    frame->packet.body = IcmpUnreachable{};  // no segment: the router's faults leave it alone
  }
  frame->raw = ip_bytes;
  to_router_.at(at(from))->carry(std::move(frame));
}

void Wire::arrives_at_router(Party from, FramePtr frame) {
  tap_at(at_router(from), frame, false);
  const auto known = party_at(frame->packet.destination);
  if (frame->packet.tcp() != nullptr && known) return router_.take(std::move(frame), from);
  if (const auto head = read_ip_head(frame->raw)) route_other(from, *head, frame);
}

/// What is no TCP, and what leads to nobody.
void Wire::route_other(Party from, const IpHead& head, const FramePtr& frame) {
  if (head.destination == router_address(ends_.at(at(from)).address))
    return ask_router(from, head, frame);
  const auto to = party_at(head.destination);
  if (!to) return refuse(from, frame, IcmpUnreachable::kNetUnreachable, 0);
  const auto mtu = mtu_between(from, *to);
  if (swallowed_by_size(frame->raw.size())) return;
  if (frame->raw.size() > static_cast<std::size_t>(mtu))
    return refuse(from, frame, IcmpUnreachable::kFragmentationNeeded, mtu);
  leaves(*to, frame);
}

void Wire::ask_router(Party from, const IpHead& head, const FramePtr& frame) {
  const auto datagram = read_datagram(frame->raw);
  if (datagram && datagram->destination.port == kDnsPort)
    return ask_resolver(from, *datagram, frame);
  auto echo = echo_of(frame->raw, head);
  if (!echo.empty()) leaves(from, std::make_shared<Frame>(Frame{frame->packet, "", echo}));
}

void Wire::ask_resolver(Party from, const Datagram& question, const FramePtr& frame) {
  auto answer = resolver_.answer(question, *frame);
  if (!answer) return;
  for (auto& event : answer->events)
    on_note_(0, std::move(event));
  if (!answer->frame) return;
  if (answer->wait.count() == 0) return leaves(from, std::move(answer->frame));
  timers_.after(answer->wait, [this, from, late = answer->frame] { leaves(from, late); });
}

void Wire::refuse(Party from, const FramePtr& frame, std::uint8_t code, std::int64_t mtu) {
  const auto& sender = frame->packet.source;
  if (party_at(sender) != from) return;  // not to a link-local or unset address
  IcmpUnreachable message;
  message.code = code;
  message.next_hop_mtu = static_cast<std::uint16_t>(mtu);
  message.quote = quote_of_bytes(frame->raw);
  leaves(from, std::make_shared<Frame>(
                   Frame{simulated::router_says(sender, std::move(message)), frame->comment}));
}

/// A hole that swallows segments by their size alone swallows what is as large as they: a ping.
bool Wire::swallowed_by_size(std::size_t bytes) const {
  const auto& faults = plan_.scenario().faults;
  return std::any_of(faults.begin(), faults.end(), [bytes](const Fault& fault) {
    const auto& when = fault.when;
    const auto effect = fault.effect();
    const auto* fate = std::get_if<Fate>(&effect);
    if (when.point != Point::path || fate == nullptr || fate->copies > 0 || fate->reset)
      return false;
    if (fate->told || !when.segment || !when.segment->over_bytes || when.segment->kind)
      return false;
    return bytes > static_cast<std::size_t>(*when.segment->over_bytes);
  });
}

void Wire::arrives_at_host(Party party, const FramePtr& frame) {
  tap_at(at_host(party), frame, true);
  last_packet_ = timers_.now();
  auto bytes = frame->raw.empty() ? ip_packet(frame->packet) : frame->raw;
  pass_hop(bytes);
  ports_.at(at(party))->write(bytes);
}

void Wire::tap_at(CapturePointId point, const FramePtr& frame, bool routed) {
  if (taps_ != nullptr) taps_->frame({timers_.now(), point, routed, frame});
}

std::optional<Party> Wire::party_at(const IpAddress& address) const {
  for (const auto party : kHosts) {
    const auto& end = ends_.at(at(party));
    if (end.address == address || end.address6 == address) return party;
  }
  return std::nullopt;
}

std::int64_t Wire::mtu_between(Party one, Party other) const {
  const auto& network = plan_.scenario().network;
  return std::min(link_of(network, one).mtu, link_of(network, other).mtu);
}

// --- what the router asks

simulated::Flow Wire::flow_of(SocketAddress from, SocketAddress to) const {
  return flows_.flow_of(from, to);
}

void Wire::note(std::int64_t connection, TraceEvent event) {
  on_note_(connection, std::move(event));
}

void Wire::leaves(Party to, FramePtr frame) { from_router_.at(at(to))->carry(std::move(frame)); }

// --- the end

void Wire::when_quiet(std::function<void()> call) {
  const bool asked = on_quiet_ != nullptr;
  on_quiet_ = std::move(call);
  if (!asked) look_for_quiet(timers_.now() + kMostPatience);
}

void Wire::look_for_quiet(Instant last_call) {
  timers_.after(kSilence, [this, last_call] {
    const bool silent = timers_.now() - last_packet_ >= kSilence;
    if ((!silent || !flows_.all_over()) && timers_.now() < last_call)
      return look_for_quiet(last_call);
    if (const auto call = std::exchange(on_quiet_, nullptr)) call();
  });
}

}  // namespace misproxy::lab
