#include "live/dial.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/address_policy.hpp"
#include "live/arrival.hpp"
#include "live/connect_failure.hpp"

namespace misproxy::live {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// What tells most stands last: one that waits in vain says more than one that is refused, and
/// that more than an address that this machine has no way to.
constexpr std::array kTelling{Failed::Why::prohibited, Failed::Why::unreachable,
                              Failed::Why::exhausted,  Failed::Why::reset,
                              Failed::Why::refused,    Failed::Why::timeout};

std::size_t telling(Failed::Why why) {
  return static_cast<std::size_t>(std::find(kTelling.begin(), kTelling.end(), why) -
                                  kTelling.begin());
}

/// No error where it is connected by now.
error_code connect(Socket& socket, const tcp::endpoint& to) {
  const bool done =
      ::connect(socket.native_handle(), to.data(), static_cast<socklen_t>(to.size())) == 0 ||
      errno == EISCONN;
  return done ? error_code() : error_code(errno, boost::asio::error::get_system_category());
}

}  // namespace

Dial::Dial(Executor executor, Route route, Outcome outcome)
    : executor_(std::move(executor)), route_(std::move(route)), outcome_(std::move(outcome)) {}

void Dial::begin() {
  if (is_address(route_.to.host)) return looked_up({route_.to.host});
  lookup_ = std::make_unique<NameLookup>(
      executor_, route_.to.host,
      [self = shared_from_this()](const auto& found) { self->looked_up(found); });
  limit([this] {
    fail({Failed::Why::unresolved, fmt::format("{}: no answer in time", route_.to.host)});
  });
}

void Dial::cancel() {
  outcome_ = {};
  lookup_.reset();
  limit_.cancel();
  socket_.reset();
}

void Dial::limit(std::function<void()> run_out) {
  limit_.after(executor_, route_.limit, [self = shared_from_this(), run_out = std::move(run_out)] {
    if (self->outcome_.failed) run_out();
  });
}

void Dial::looked_up(const std::vector<std::string>& addresses) {
  limit_.cancel();
  for (const auto& text : addresses) {
    error_code bad;
    const auto address = boost::asio::ip::make_address(text, bad);
    if (bad) continue;
    const tcp::endpoint to(address, route_.to.port);
    if (may_lead_to(to)) to_try_.push_back(to);
  }
  if (to_try_.empty() && !worst_)
    return fail({Failed::Why::unresolved, fmt::format("{} has no address", route_.to.host)});
  try_next();
}

bool Dial::may_lead_to(const tcp::endpoint& to) {
  std::optional<std::string_view> kind;
  if (!route_.is_explicit) kind = special_address(text_of(to.address()));
  if (route_.own.is(to)) kind = "this proxy itself";
  if (!kind) return true;
  const auto what = fmt::format("{} is {}", text_of(to.address()), *kind);
  skipped_ += (skipped_.empty() ? "" : ", ") + what;
  const auto hint = route_.own.is(to) ? "" : ", and only `connect-to` leads there";
  if (!worst_) worst_ = Failed{Failed::Why::prohibited, what + hint};
  return false;
}

void Dial::try_next() {
  if (to_try_.empty()) return fail(*worst_);
  const auto to = to_try_.front();
  to_try_.pop_front();
  ++tried_;
  socket_.emplace(executor_);
  if (const auto error = open(to); error != boost::asio::error::in_progress)
    return tried(error, to);  // as many times as a name has addresses
  await(to);
}

/// Asked twice, for where the peer is near, the first call has sent the SYN and the second finds
/// the answer: then nobody need wait for it.
error_code Dial::open(const tcp::endpoint& to) {
  error_code error;
  socket_->open(to.protocol(), error);
  if (!error) socket_->non_blocking(true, error);
  if (!error) socket_->set_option(tcp::no_delay(true), error);
  if (!error && route_.stamped) stamp_arrivals(socket_->native_handle());
  if (!error) error = connect(*socket_, to);
  if (error != boost::asio::error::in_progress) return error;
  error_code ignored;
  if (route_.on_local) route_.on_local(socket_->local_endpoint(ignored));
  error = connect(*socket_, to);
  return error == boost::asio::error::already_started ? boost::asio::error::in_progress : error;
}

void Dial::await(const tcp::endpoint& to) {
  socket_->async_wait(Socket::wait_write, [self = shared_from_this(), to,
                                           nth = tried_](const error_code& cancelled) {
    if (cancelled || !self->outcome_.reached || self->tried_ != nth || !self->socket_) return;
    self->tried(connect(*self->socket_, to), to);
  });
  limit([this, to] {
    remember(Failed::Why::timeout, to, "no answer in time");
    try_next();
  });
}

void Dial::tried(const error_code& error, const tcp::endpoint& to) {
  limit_.cancel();
  if (error) {
    remember(why_of(error), to, error.message());
    return try_next();
  }
  auto socket = std::move(*socket_);
  const auto reached = std::exchange(outcome_, {}).reached;
  cancel();
  reached({std::move(socket), to, tried_, skipped_});
}

void Dial::remember(Failed::Why why, const tcp::endpoint& to, std::string_view words) {
  if (worst_ && telling(worst_->why) > telling(why)) return;
  worst_ = Failed{why, fmt::format("{}: {}", text_of(to), words)};
}

void Dial::fail(Failed failed) {
  const auto tell = std::exchange(outcome_, {}).failed;
  cancel();
  if (tell) tell(std::move(failed));
}

}  // namespace misproxy::live
