#include "live/threads.hpp"

#include <boost/asio/post.hpp>

namespace misproxy::live {

namespace {

/// What Asio is to lock. A lone thread's sockets are nobody else's; where there are several, the
/// first one accepts what the others serve.
int locking(std::size_t threads) {
  return threads == 1 ? BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO : 1;
}

}  // namespace

Threads::Threads(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    contexts_.push_back(std::make_unique<boost::asio::io_context>(locking(count)));
    work_.push_back(boost::asio::make_work_guard(*contexts_.back()));
  }
}

boost::asio::io_context& Threads::next() { return *contexts_[next_++ % contexts_.size()]; }

void Threads::run() {
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < contexts_.size(); ++i) {
    others.emplace_back([context = contexts_[i].get()] { context->run(); });
  }
  contexts_.front()->run();
  for (auto& thread : others)
    thread.join();
}

void Threads::release() {
  boost::asio::post(first(), [this] {
    for (auto& work : work_)
      work.reset();
  });
}

}  // namespace misproxy::live
