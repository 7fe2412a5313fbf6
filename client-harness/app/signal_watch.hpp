#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

namespace misproxy::app {

/// A thread on which signals are heard, so that they are whatever the other threads wait for.
class SignalWatch {
 public:
  SignalWatch() = default;
  ~SignalWatch() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  boost::asio::io_context& context() { return context_; }
  void begin() {
    thread_ = std::thread([this] { context_.run(); });
  }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  std::thread thread_;
};

}  // namespace misproxy::app
