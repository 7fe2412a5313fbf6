#include "api/wait_for.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace misproxy::api {
namespace {

/// One who waits; all of it on the thread of the io_context.
class Waiting : public std::enable_shared_from_this<Waiting> {
 public:
  Waiting(boost::asio::io_context& io, std::shared_ptr<ServedProxy> proxy, Awaited awaited,
          std::function<void(const EventsMet&)> done)
      : io_(io),
        timer_(io),
        proxy_(std::move(proxy)),
        awaited_(std::move(awaited)),
        done_(std::move(done)) {
    met_.next = awaited_.after;
  }

  void begin() {
    timer_.expires_after(awaited_.timeout);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
      if (!cancelled) self->end(EventsMet::How::timed_out);
    });
    look();
  }

 private:
  void look() {
    if (!done_) return;
    auto& log = proxy_->log();
    if (log.is_closed()) return end(EventsMet::How::proxy_gone);
    for (auto& event : log.behind(met_.next, EventLog::kMost)) {
      met_.next = event.number;
      if (!awaited_.filter.takes(event.line)) continue;
      met_.events.push_back(std::move(event));
      if (met_.events.size() == awaited_.count) return end(EventsMet::How::all);
    }
    waiter_ = log.when_behind(met_.next, [self = shared_from_this()] {
      boost::asio::post(self->io_, [self] { self->look(); });
    });
  }

  void end(EventsMet::How how) {
    if (!done_) return;
    proxy_->log().forget(waiter_);
    timer_.cancel();
    met_.how = how;
    std::exchange(done_, nullptr)(met_);
  }

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<ServedProxy> proxy_;
  Awaited awaited_;
  std::function<void(const EventsMet&)> done_;
  EventsMet met_;
  std::uint64_t waiter_ = 0;
};

}  // namespace

void await_events(boost::asio::io_context& io, const std::shared_ptr<ServedProxy>& proxy,
                  const Awaited& awaited, std::function<void(const EventsMet&)> done) {
  const auto waiting = std::make_shared<Waiting>(io, proxy, awaited, std::move(done));
  boost::asio::post(io, [waiting] { waiting->begin(); });
}

}  // namespace misproxy::api
