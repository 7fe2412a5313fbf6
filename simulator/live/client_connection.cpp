#include "live/client_connection.hpp"

#include <algorithm>
#include <utility>

#include "core/ensure.hpp"
#include "live/connect_failure.hpp"

namespace misproxy::live {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

}  // namespace

/// One connection. It outlives its place in the session while its last bytes go out.
class ClientConnection::Line final : public Link::Owner, public std::enable_shared_from_this<Line> {
 public:
  Line(Socket socket, tcp::endpoint peer, std::shared_ptr<ClientConnection> client)
      : link(std::move(socket), std::move(peer), *this), client_(std::move(client)) {}

  std::shared_ptr<void> alive() override { return shared_from_this(); }
  void received(std::string_view bytes, Arrival) override {
    tell(Received{Party::proxy, {}}, bytes);
  }
  void peer_closed(Ending how) override { tell(Closed{Party::proxy, how, link.timed_out()}); }
  void drained() override { tell(Drained{Party::proxy}); }
  void linger_ran_out() override {}
  void finished() override { client_.reset(); }

  void leave() {
    client_.reset();
    link.leave();
  }

  Link link;

 private:
  void tell(Event event, std::string_view bytes = {}) {
    const auto client = client_;  // it may leave while it hears this
    if (client) client->post(std::move(event), std::string(bytes));
  }

  std::shared_ptr<ClientConnection> client_;  // nobody, once it has left
};

ClientConnection::ClientConnection(boost::asio::io_context& context, Host& host,
                                   ClientSession& session, Setup setup)
    : context_(context), host_(host), session_(session), setup_(std::move(setup)) {}

ClientConnection::~ClientConnection() = default;

void ClientConnection::begin() { post(Begin{}); }

void ClientConnection::stop() {
  over_ = true;
  inbox_.clear();
  lookup_.reset();
  connecting_.reset();
  for (auto& timer : timers_)
    timer.reset();
  if (const auto line = std::exchange(line_, nullptr)) line->link.finish();
  for (const auto& weak : std::exchange(left_, {})) {
    if (const auto line = weak.lock()) line->link.finish();
  }
}

// --- the session

void ClientConnection::post(Event event, std::string bytes) {
  if (over_) return;
  inbox_.put(std::move(event), std::move(bytes));
  if (!inbox_.deliver([this](const Event& each) { give(each); })) return;
  if (session_.done() && setup_.on_done) std::exchange(setup_.on_done, nullptr)();
}

void ClientConnection::give(const Event& event) {
  ActionList actions;
  session_.step(event, host_.now(), actions);
  for (auto& action : actions)
    perform(std::move(action));
}

void ClientConnection::perform(Action action) {
  if (auto* event = std::get_if<Note>(&action)) return note(std::move(*event));
  if (auto* send = std::get_if<Send>(&action)) {
    if (line_) line_->link.send(std::move(send->bytes));
  } else if (const auto* start = std::get_if<StartTimer>(&action)) {
    start_timer(*start);
  } else if (const auto* stop = std::get_if<StopTimer>(&action)) {
    ++starts_.at(static_cast<std::size_t>(stop->timer));
    timers_.at(static_cast<std::size_t>(stop->timer)).reset();
  } else if (const auto* asked = std::get_if<Resolve>(&action)) {
    resolve(asked->host);
  } else if (const auto* wanted = std::get_if<Open>(&action)) {
    open(wanted->to);
  } else if (std::holds_alternative<Leave>(action)) {
    leave();
  } else if (const auto* hangup = std::get_if<Hangup>(&action)) {
    if (line_) line_->link.hang_up(hangup->how);
  } else if (std::holds_alternative<Pause>(action)) {
    if (line_) line_->link.pause();
  } else if (std::holds_alternative<Resume>(action)) {
    if (line_) line_->link.resume();
  } else if (std::holds_alternative<Yield>(action)) {
    inbox_.put_yielded();
  } else {
    ensure(std::holds_alternative<Secrets>(action), "no client does this");
  }
}

void ClientConnection::resolve(const std::string& host) {
  if (!setup_.proxy) {
    const auto ask = [&] {
      lookup_ = std::make_unique<NameLookup>(
          context_.get_executor(), host,
          [this](std::vector<std::string> found) { resolved(std::move(found)); });
    };
    return setup_.at_client ? setup_.at_client(ask) : ask();
  }
  const bool known = !setup_.proxy_name.empty() && host == setup_.proxy_name;
  if (known) return inbox_.put(Resolved{setup_.proxy->address().to_string()});
  inbox_.put(Failed{Failed::Why::unresolved});
}

/// Of the system's resolver.
void ClientConnection::resolved(std::vector<std::string> addresses) {
  if (addresses.empty()) return post(Failed{Failed::Why::unresolved});
  auto first = std::move(addresses.front());
  addresses.erase(addresses.begin());
  post(Resolved{std::move(first), std::move(addresses)});
}

void ClientConnection::open(const Endpoint& to) {
  leave();
  const auto number = ++opened_;
  error_code bad;
  const auto address = boost::asio::ip::make_address(to.host, bad);
  ensure(setup_.proxy || !bad, "an address that is none");
  connecting_.emplace(context_);
  const auto remote = setup_.proxy.value_or(tcp::endpoint(address, to.port));
  if (setup_.open_socket) setup_.open_socket(*connecting_, remote.protocol());
  connecting_->async_connect(remote, [self = shared_from_this(), number](const error_code& error) {
    self->connected(error, number);
  });
}

void ClientConnection::connected(const error_code& error, std::int64_t number) {
  if (over_ || number != opened_ || !connecting_) return;
  auto socket = std::move(*connecting_);
  connecting_.reset();
  if (error) return post(Failed{why_of(error)});
  ++established_;
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const auto peer = socket.remote_endpoint(ignored);
  line_ = std::make_shared<Line>(std::move(socket), peer, shared_from_this());
  line_->link.start();
  line_->link.go_on();
  post(Opened{Party::proxy});
}

void ClientConnection::leave() {
  connecting_.reset();
  const auto line = std::exchange(line_, nullptr);
  if (!line) return;
  line->leave();
  std::erase_if(left_, [](const auto& weak) { return weak.expired(); });
  left_.push_back(line);
}

void ClientConnection::start_timer(const StartTimer& start) {
  const auto index = static_cast<std::size_t>(start.timer);
  auto& timer = timers_.at(index);
  const auto count = ++starts_.at(index);
  timer.emplace(context_);
  timer->expires_after(start.after);
  timer->async_wait([self = shared_from_this(), index, count](const error_code& error) {
    if (error || self->starts_.at(index) != count) return;
    self->post(Fired{static_cast<Timer>(index)});
  });
}

/// What comes before the first connection belongs to it.
void ClientConnection::note(TraceEvent event) {
  const auto number = std::max<std::int64_t>(opened_, 1);
  host_.record({"", number, seqs_[number]++, Party::client, 0, std::move(event)});
}

}  // namespace misproxy::live
