#include "live/server.hpp"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <set>

#include "core/draw.hpp"
#include "core/ensure.hpp"
#include "core/glob.hpp"
#include "core/reachable.hpp"
#include "live/arrival.hpp"
#include "live/today.hpp"
#include "origin/make_session.hpp"
#include "origin/server_settings.hpp"
#include "plan/timed.hpp"
#include "proxy/proxy_party.hpp"

namespace misproxy::live {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptRetry{50};
constexpr std::chrono::hours kKernelsPatience{1};

/// The host whose certificate an origin's own port shows: a glob's, where it can stand in a
/// certificate.
std::string certificate_host(const std::string& host) {
  const bool plain = !is_glob(host);
  const bool wildcard = host.starts_with("*.") && host.find_first_of("*?", 1) == std::string::npos;
  return plain || wildcard ? host : "localhost";
}

SocketAddress address_of(const tcp::endpoint& endpoint) {
  return {parse_ip(endpoint.address().to_string()).value_or(IpAddress()), endpoint.port()};
}

}  // namespace

Server::Server(std::string name, Plan plan, Catalogue& catalogue, Recorder& recorder,
               Threads& threads, std::function<void()> on_closed)
    : name_(std::move(name)),
      plan_(std::move(plan)),
      catalogue_(catalogue),
      recorder_(recorder),
      threads_(threads),
      began_(today() - std::chrono::floor<std::chrono::seconds>(threads.now())),
      on_closed_(std::move(on_closed)),
      stamps_(is_timed(plan_.scenario())) {
  keys_.server = [this](const std::string& host, const ServerSettings& settings) {
    return catalogue_.context_for(host, settings);
  };
  keys_.check = [this] { return catalogue_.checking_context(); };
  keys_.began = began_;
}

error_code Server::listen(const std::string& host, std::uint16_t port) {
  error_code error;
  const auto address =
      boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) return error;
  if (error = open_door(address, port, nullptr); error) return error;
  const auto listening = doors_.front()->acceptor.local_endpoint();
  proxy_ = {host, listening.port()};
  own_port_ = OwnPort::at(listening);
  keys_.address = proxy_.host;
  for (const auto& origin : plan_.scenario().origins) {
    if (origin.upstream.is_real()) continue;
    if (error = open_door(address, 0, &origin); error) return error;
  }
  return {};
}

error_code Server::listen_at(Site& site) {
  site_ = &site;
  const auto at = site.proxy();
  error_code error;
  error =
      open_door(boost::asio::ip::address_v6::any(), at.port(), nullptr);  // IPv4 comes there, too
  if (error) error = open_door(at.address(), at.port(), nullptr);
  if (error) return error;
  proxy_ = {at.address().to_string(), at.port()};
  own_port_ = OwnPort(at, {});
  keys_.address = proxy_.host;
  std::set<std::int64_t> ports;
  site.at_origin([&] {
    for (const auto& origin : plan_.scenario().origins) {
      if (error || !ports.insert(origin.port).second) continue;
      error = open_door(site.origin(), static_cast<std::uint16_t>(origin.port), &origin);
    }
  });
  return error;
}

error_code Server::open_door(const boost::asio::ip::address& host, std::uint16_t port,
                             const OriginSettings* origin) {
  auto door = std::make_unique<Door>(Door{
      Acceptor(threads_.first()), boost::asio::steady_timer(threads_.first()), {}, origin, false});
  auto& acceptor = door->acceptor;
  const tcp::endpoint endpoint(host, port);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  // Those that it accepts have it from there.
  if (!error) acceptor.set_option(tcp::no_delay(true), error);
  if (!error && stamps_) stamp_arrivals(acceptor.native_handle());
  if (!error) acceptor.bind(endpoint, error);
  // A port that is bound and at which nobody listens refuses, and nobody else takes it.
  const bool listens = origin != nullptr || plan_.scenario().proxy.listens;
  if (!error) acceptor.non_blocking(true, error);
  if (!error && listens) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!error) doors_.push_back(std::move(door));
  return error;
}

void Server::start() {
  for (auto& door : doors_)
    accept(*door);
}

void Server::stop() {
  stopped_ = true;
  for (auto& door : doors_) {
    error_code ignored;
    door->acceptor.close(ignored);
    door->retry.cancel();
  }
  const std::lock_guard lock(mutex_);
  for (auto& [number, each] : open_) {
    boost::asio::post(each->executor(), [connection = each] { connection->shut_down(); });
  }
  for (auto& [nth, leg] : legs_) {
    boost::asio::post(threads_.first(), [connection = leg.connection] { connection->shut_down(); });
  }
}

void Server::reset() {
  counted_from_ = connections_;
  counts_.reset();
  const std::lock_guard lock(mutex_);
  attempts_ = AttemptCounts();
}

std::string Server::proxy_url() const {
  return (plan_.scenario().client_speaks_tls() ? "https://" : "http://") + reachable(proxy_).text();
}

std::vector<OriginPort> Server::origins() const {
  std::vector<OriginPort> ports;
  for (const auto& door : doors_) {
    if (door->origin == nullptr) continue;
    ports.push_back({door->origin->host,
                     static_cast<std::uint16_t>(door->origin->port),
                     {proxy_.host, door->acceptor.local_endpoint().port()}});
  }
  return ports;
}

bool Server::full() { return open_connections() >= kMostConnections; }

void Server::accept(Door& door) {
  if (door.origin == nullptr && !plan_.scenario().proxy.listens) return;
  if (stopped_ || door.waiting) return;
  if (full()) {
    crowded_ = true;  // from now on whoever leaves says so
    if (full()) return shed("connections-full");
  }
  door.waiting = true;
  door.acceptor.async_wait(tcp::acceptor::wait_read,
                           [this, &door, held = hold()](const error_code&) {
                             door.waiting = false;
                             if (!stopped_) take_client(door);
                           });
}

/// One at a time: to ask whether there is another costs more than to be told.
void Server::take_client(Door& door) {
  error_code error;
  auto socket = door.acceptor.accept(threads_.next(), door.peer, error);
  if (error && error != boost::asio::error::would_block) return accept_failed(door, error);
  const auto client = door.peer.address();
  if (error) {
    // It has gone again.
  } else if (site_ == nullptr && !guests_.allows(client)) {  // at a site there is nobody else
    turn_away(client);
  } else {
    welcome(std::move(socket), door);
  }
  accept(door);
}

/// Clients wait in the listen queue, and the trace says so, once until a tenth of the connections
/// have gone. How many are open is the machine's mood, and no part of the digest.
void Server::shed(std::string_view why) {
  const auto open = open_connections();
  if (shed_at_ && open * 10 >= *shed_at_ * 9) return;
  shed_at_ = open;
  record_run(TraceEvent(Point::run, Party::proxy, Cause::environment, why)
                 .measuring("connections", static_cast<std::int64_t>(open)));
}

std::size_t Server::open_connections() {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

/// Out of descriptors, mostly: those that wait are taken when some are free again.
void Server::accept_failed(Door& door, const error_code& error) {
  if (error == boost::asio::error::connection_aborted) return accept(door);
  crowded_ = true;
  shed("accept-failed");
  door.retry.expires_after(kAcceptRetry);
  door.retry.async_wait([this, &door, held = hold()](const error_code& cancelled) {
    if (!cancelled) accept(door);
  });
}

/// The socket is closed by then, or will be at once. It is none of the connections that the
/// scenario counts.
void Server::turn_away(const boost::asio::ip::address& client) {
  const auto times = guests_.turn_away(client);
  if (!times) return;
  record_run(TraceEvent(Point::run, Party::proxy, Cause::environment, "client-not-allowed")
                 .measuring("client", text_of(unmapped(client)))
                 .measuring("times", *times));
}

/// The peer is known from the accept: a socket that was reset meanwhile no longer tells.
SocketCapture Server::capture_of(const Door& door, std::int64_t number) const {
  if (capture_.recorder == nullptr) return {};
  error_code ignored;
  const auto seed = draw(plan_.seed(), "capture", "", static_cast<std::uint64_t>(number));
  auto place = capture_;
  place.connection = number;
  return {place, address_of(door.peer), address_of(door.acceptor.local_endpoint(ignored)), seed};
}

std::int64_t Server::number_for(const Door& door) {
  ++connections_;
  return site_ == nullptr ? connections_ : site_->number_of(door.peer);
}

void Server::welcome(Socket socket, const Door& door) {
  const auto* origin = door.origin;
  if (const auto asked = asked_.find(door.peer); asked != asked_.end())
    return welcome_leg(std::move(socket), door, std::move(asked_.extract(asked).mapped()));
  const auto number = number_for(door);
  auto connection = std::make_shared<Connection>(std::move(socket), door.peer, *this, number,
                                                 front_session(door, number),
                                                 origin == nullptr ? Party::proxy : Party::origin);
  connection->capture_with(capture_of(door, number));
  {
    const std::lock_guard lock(mutex_);
    open_[number] = connection;
  }
  boost::asio::dispatch(connection->executor(), [connection, direct = origin != nullptr] {
    connection->start();
    if (direct) connection->limit_silence(kOriginSilence);
  });
}

void Server::welcome_leg(Socket socket, const Door& door, Asked asked) {
  const auto nth = ++legs_begun_;
  auto& leg = legs_[nth];
  leg.host = std::make_shared<OriginLeg>(*this, [this, nth] {
    boost::asio::post(threads_.first(), [this, nth] { legs_.erase(nth); });
  });
  const auto number = asked.facts.number;
  leg.connection = std::make_shared<Connection>(std::move(socket), door.peer, *leg.host, number,
                                                origin_session(asked.open, std::move(asked.facts)),
                                                Party::origin);
  leg.connection->capture_with(capture_of(door, number));
  leg.connection->start();
}

std::unique_ptr<Session> Server::front_session(const Door& door, std::int64_t number) {
  const auto* origin = door.origin;
  ConnectionFacts facts;
  facts.number = number - counted_from_;
  facts.client = text_of(unmapped(door.peer.address()));
  if (origin == nullptr) return proxy_party(plan_, counts_, keys_, std::move(facts));
  facts.host = certificate_host(origin->host);
  auto context = catalogue_.context_for(facts.host, server_settings(plan_, *origin));
  return make_origin_session(plan_, counts_, context, std::move(facts),
                             static_cast<std::uint16_t>(origin->port), began_, {origin, &files_});
}

std::optional<Route> Server::route(const Open& open, const ConnectionFacts& facts) {
  const auto& origin = open.to;
  const auto* settings = plan_.origin_for(origin.host, origin.port);
  if (settings == nullptr) return std::nullopt;
  const auto& upstream = settings->upstream;
  if (!upstream.is_real()) return route_at_site(open, facts);
  Route route{upstream.next_hop(origin), plan_.scenario().proxy.connect_timeout_ms,
              upstream.is_explicit(), own_port_};
  route.stamped = stamps_;
  return route;
}

/// How long it is tried is the kernel's affair, as it is in the virtual world.
std::optional<Route> Server::route_at_site(const Open& open, const ConnectionFacts& facts) {
  if (site_ == nullptr) return std::nullopt;
  Route route{{site_->origin().to_string(), open.to.port}, kKernelsPatience, true, own_port_};
  route.is_own_origin = true;
  route.stamped = stamps_;
  route.on_local = [this, asked = Asked{facts, open}](const tcp::endpoint& local) {
    asked_.insert_or_assign(local, asked);
    site_->proxy_dials(local, asked.facts.number);
  };
  return route;
}

std::unique_ptr<Session> Server::origin_session(const Open& open, ConnectionFacts facts) {
  const auto* settings = plan_.origin_for(open.to.host, open.to.port);
  if (settings == nullptr) return nullptr;
  facts.number -= counted_from_;
  auto context = catalogue_.context_for(facts.host, server_settings(plan_, *settings, open.cast));
  return make_origin_session(plan_, counts_, context, std::move(facts), open.to.port, began_,
                             {settings, &files_});
}

void Server::record(TraceLine&& line) {
  line.scenario = name_;
  line.t_us = std::chrono::duration_cast<std::chrono::microseconds>(now()).count();
  recorder_.record(line);
}

void Server::record_run(TraceEvent event) {
  record({"", 0, run_events_++, Party::proxy, 0, std::move(event)});
}

/// Which host is forgotten depends on who came when, so its name is no part of the digest.
std::int64_t Server::count_attempt(const std::string& host) {
  AttemptCounts::Counted counted;
  {
    const std::lock_guard lock(mutex_);
    counted = attempts_.count(host);
  }
  if (counted.lost) {
    record_run(TraceEvent(Point::run, Party::proxy, Cause::environment, "attempts-forgotten")
                   .measuring("host", counted.lost->first)
                   .measuring("attempts", counted.lost->second));
  }
  return counted.attempt;
}

bool Server::is_behind(std::int64_t connection) {
  return backlog_ != nullptr && backlog_->is_behind(name_, connection);
}

void Server::await_room(std::int64_t connection, std::function<void()> call) {
  if (backlog_ == nullptr) return call();
  backlog_->await_room(name_, connection, std::move(call));
}

void Server::connection_over(std::int64_t connection) {
  {
    const std::lock_guard lock(mutex_);
    open_.erase(connection);
  }
  if (crowded_) {
    boost::asio::post(threads_.first(), [this, held = hold()] {
      crowded_ = false;
      for (auto& door : doors_)
        accept(*door);
    });
  }
  on_closed_();
}

}  // namespace misproxy::live
