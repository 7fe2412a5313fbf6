#include "virtual/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/address.hpp"
#include "capture/ip_bytes.hpp"
#include "capture/plain_packet.hpp"
#include "core/draw.hpp"
#include "core/ensure.hpp"
#include "origin/make_session.hpp"
#include "origin/server_settings.hpp"
#include "proxy/proxy_party.hpp"
#include "virtual/link_ends.hpp"

namespace misproxy::simulated {
namespace {

IpAddress address_of(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  const auto address = parse_ipv4(endpoint ? endpoint->host : text);
  ensure(address.has_value(), "an address that the loader has not checked");
  return *address;
}

std::uint64_t random_key(const Plan& plan, Party party, std::int64_t connection) {
  return draw(plan.seed(), "openssl", word(party), static_cast<std::uint64_t>(connection));
}

}  // namespace

World::World(std::string name, const Plan& plan, SeededKeys& keys,
             std::unique_ptr<ClientSession> client, Files& files, Taps* taps)
    : name_(std::move(name)),
      plan_(plan),
      keys_(keys),
      files_(files),
      taps_(taps),
      names_(plan.scenario()),
      resolver_(plan, counts_),
      client_session_(client.get()) {
  proxy_keys_.server = [this](const std::string& host, const ServerSettings& settings) {
    return keys_.server(host, settings);
  };
  proxy_keys_.check = [this] { return keys_.client(); };
  proxy_keys_.began = keys_.now();
  build_hosts();
  client_ = std::make_unique<Actor>(*this, host(Party::client), std::move(client), Party::client, 1,
                                    random_key(plan, Party::client, 0));
}

World::~World() = default;

void World::build_hosts() {
  const auto& network = plan_.scenario().network;
  addresses_ = {address_of(network.client), address_of(network.proxy), address_of(network.origin)};
  std::array<Router::Port, 3> ports;
  for (const auto party : kHosts) {
    const auto i = static_cast<std::size_t>(party);
    ports.at(i) = {addresses_.at(i), &link_of(network, party)};
    build_host(party, addresses_.at(i));
  }
  router_ = std::make_unique<Router>(queue_, plan_, counts_, ports, *this);
  if (plan_.scenario().proxy.listens)
    host(Party::proxy).listen(parse_endpoint(network.proxy)->port, *this);
  for (const auto& origin : plan_.scenario().origins)
    host(Party::origin).listen(static_cast<std::uint16_t>(origin.port), *this);
}

void World::build_host(Party party, IpAddress address) {
  const auto i = static_cast<std::size_t>(party);
  const auto& network = plan_.scenario().network;
  const auto& link = link_of(network, party);
  const std::string name(word(party));
  to_router_.at(i) = std::make_unique<Link>(
      queue_, link, plan_.seed(), name + "-out",
      [this, party](const FramePtr& frame) { tap(at_host(party), frame, false); },
      [this, party](FramePtr frame) {
        tap(at_router(party), frame, false);
        arrives_at_router(party, std::move(frame));
      });
  from_router_.at(i) = std::make_unique<Link>(
      queue_, link, plan_.seed(), name + "-in",
      [this, party](const FramePtr& frame) { tap(at_router(party), frame, true); },
      [this, party](const FramePtr& frame) { arrives(party, frame); });
  hosts_.at(i) = std::make_unique<Host>(
      queue_,
      Host::Settings{
          address, name, plan_.seed(), {network.tcp_of(party), network.probes_mtu(party)}},
      [this, i](FramePtr frame) { to_router_.at(i)->carry(std::move(frame)); });
}

// --- frames

void World::tap(CapturePointId point, const FramePtr& frame, bool routed) {
  if (taps_ != nullptr) taps_->frame({queue_.now(), point, routed, frame});
}

void World::secrets(std::string_view key_log) {
  if (taps_ != nullptr) taps_->secrets(key_log);
}

void World::leaves(Party to, FramePtr frame) {
  from_router_.at(static_cast<std::size_t>(to))->carry(std::move(frame));
}

void World::arrives_at_router(Party from, FramePtr frame) {
  const auto to = frame->packet.destination;
  if (to == router_address(addresses_[0])) return ask_resolver(frame);
  if (std::ranges::find(addresses_, to) == addresses_.end()) return refuse(from, *frame);
  router_->take(std::move(frame), from);
}

void World::ask_resolver(const FramePtr& question) {
  const auto datagram = read_datagram(question->raw);
  auto answer = datagram ? resolver_.answer(*datagram, *question) : std::nullopt;
  if (!answer) return;
  for (auto& event : answer->events)
    note(0, std::move(event));
  if (!answer->frame) return;
  queue_.after(answer->wait,
               [this, frame = std::move(answer->frame)] { leaves(Party::client, frame); });
}

/// No route leads there. Source: RFC 1812 section 5.2.7.1.
void World::refuse(Party from, const Frame& frame) {
  const auto& packet = frame.packet;
  if (packet.tcp() == nullptr) return;
  auto message = unreachable_of(packet, IcmpUnreachable::kNetUnreachable, 0, quote_of(packet));
  leaves(from, std::make_shared<Frame>(Frame{router_says(packet.source, std::move(message)), ""}));
}

void World::arrives(Party at, const FramePtr& frame) {
  tap(at_host(at), frame, true);
  if (const auto datagram = read_datagram(frame->raw)) {
    if (!lookups_.empty()) lookups_.back()->take(*datagram);
    return;
  }
  last_frame_ = frame;
  host(at).take(frame);
}

void World::comment_last(std::string comment) {
  if (last_frame_ && last_frame_->comment.empty()) last_frame_->comment = std::move(comment);
}

Flow World::flow_of(SocketAddress from, SocketAddress to) const {
  for (const auto& end : {from, to}) {
    if (const auto found = flows_.find(end); found != flows_.end()) return found->second;
  }
  return {};
}

// --- connections

std::optional<std::string> World::resolve(const std::string& host) {
  const auto& network = plan_.scenario().network;
  if (host != network.proxy_name) return std::nullopt;
  return parse_endpoint(network.proxy)->host;
}

bool World::look_up(Actor& actor, const std::string& host) {
  if (!names_.is_asked_for(host)) return false;
  const auto key = draw(plan_.seed(), "lookup", host, lookups_.size());
  auto& lookup = *lookups_.emplace_back(std::make_unique<Lookup>(
      queue_,
      Lookup::Setup{
          host, key, addresses_[0], router_address(addresses_[0]),
          [this](const Datagram& question) {
            to_router_[0]->carry(std::make_shared<Frame>(datagram_frame(question)));
          },
          [&actor](std::optional<std::string> address) { actor.looked_up(std::move(address)); }}));
  lookup.begin();
  return true;
}

TcpSocket& World::open(Actor& actor, const Open& open) {
  if (actor.party() == Party::client) {
    actor.belong_to_connection(++opened_);
    const auto to = parse_ipv4(open.to.host).value_or(addresses_[1].v4());
    auto& socket = actor.host().connect({to, open.to.port}, opened_, actor);
    flows_[socket.ends().local] = {Leg::client, opened_};
    return socket;
  }
  auto& socket = actor.host().connect({addresses_[2], open.to.port}, actor.connection(), actor);
  flows_[socket.ends().local] = {Leg::origin, actor.connection()};
  to_origin_[socket.ends().local] = {
      {actor.connection(), open.to.host, actor.attempt(), plan_.scenario().network.client},
      open.cast};
  return socket;
}

void World::connected(TcpSocket& socket) {
  const auto& ends = socket.ends();
  const auto number = flow_of(ends.remote, ends.local).connection;
  const bool at_proxy = ends.local.host == addresses_[1];
  if (!at_proxy && !to_origin_.contains(ends.remote)) return socket.abort();  // no proxy's
  const auto party = at_proxy ? Party::proxy : Party::origin;
  std::unique_ptr<Session> session;
  if (at_proxy) {
    ConnectionFacts facts;
    facts.number = number;
    facts.client = plan_.scenario().network.client;
    session = proxy_party(plan_, counts_, proxy_keys_, std::move(facts));
  } else {
    const auto& [facts, cast] = to_origin_.at(ends.remote);
    const auto* settings = plan_.origin_for(facts.host, ends.local.port);
    ensure(settings != nullptr, "the proxy opens an origin that the scenario does not name");
    const auto context = keys_.server(facts.host, server_settings(plan_, *settings, cast));
    session = make_origin_session(plan_, counts_, context, facts, ends.local.port, keys_.now(),
                                  {settings, &files_});
  }
  auto& actor = *servers_.emplace_back(std::make_unique<Actor>(
      *this, host(party), std::move(session), party, number, random_key(plan_, party, number)));
  actor.attach(Party::client, socket);
}

// --- the trace

void World::note(const Actor& actor, TraceEvent event) {
  record(actor.connection(), actor.party(), std::move(event));
}

void World::note(std::int64_t connection, TraceEvent event) {
  record(connection, Party::router, std::move(event));
}

void World::record(std::int64_t connection, Party seen_by, TraceEvent event) {
  const auto t_us = std::chrono::duration_cast<std::chrono::microseconds>(queue_.now()).count();
  record_.trace.push_back(
      {name_, connection, seqs_[connection]++, seen_by, t_us, std::move(event)});
}

// --- the run

bool World::all_over() const {
  return std::all_of(servers_.begin(), servers_.end(),
                     [](const auto& server) { return server->over(Party::client); });
}

bool World::quiet() const {
  std::size_t under_way = router_->held();
  for (const auto* links : {&to_router_, &from_router_}) {
    for (const auto& link : *links)
      under_way += link->under_way();
  }
  return under_way == 0;
}

bool World::flushes() const {
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [](const auto& each) { return each->flushes(); });
}

/// Nothing more is to come that belongs to the run.
bool World::is_settled() {
  if (!all_over()) return false;
  if (!last_call_) last_call_ = queue_.now() + kMostPatience;
  return quiet() && (!flushes() || queue_.next() > *last_call_);
}

void World::shut_down() {
  for (const auto& server : servers_) {
    if (server->party() == Party::proxy) server->shut_down(Party::client);
  }
}

RunRecord World::run(const Limits& limits) {
  std::optional<Instant> deadline;
  queue_.at(Instant{0}, [this] { client_->begin(); });
  while (!queue_.empty()) {
    if (client_session_->done()) {
      if (!deadline) deadline = queue_.now() + kEpilogue;
      if (queue_.next() > *deadline || is_settled()) break;
    }
    if (limits.stop && limits.stop()) {
      record_.stopped = Stopped::interrupted;
      break;
    }
    if (queue_.next() > limits.time) {
      record_.stopped = Stopped::time;
      break;
    }
    if (queue_.events_run() >= limits.events) {
      record_.stopped = Stopped::events;
      break;
    }
    queue_.run_next();
  }
  if (!client_session_->done() && !record_.stopped) record_.stopped = Stopped::nothing_left;
  shut_down();
  record_.ended = queue_.now();
  record_.events = queue_.events_run();
  return std::move(record_);
}

}  // namespace misproxy::simulated
