#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "drivers/child_process.hpp"
#include "report/run_result.hpp"

namespace misproxy {

/// Somebody's program as the client: read while it runs, where it has a pipe, and ended with all
/// that it has started.
/// All of it on the thread of the io_context, which the object outlives.
class ExecClient {
 public:
  /// Of its output no more is kept; what comes behind is read and let go.
  static constexpr std::size_t kMostOutput = 1024 * 1024;

  ExecClient(boost::asio::io_context& context, std::unique_ptr<ChildProcess> child);

  /// `on_end` is called once, when it has ended by itself.
  void watch(std::function<void()> on_end);
  /// Asks it, and all that it has started, to end (SIGTERM).
  void ask() const;
  /// Kills what is left of it.
  void stop();
  /// Once it has ended or was stopped.
  RunResult::Exec take_end() { return std::move(end_); }

 private:
  void read_on();
  /// Of its output, what is there.
  std::size_t read_once(boost::system::error_code& error);
  void finish();

  std::unique_ptr<ChildProcess> child_;
  boost::asio::posix::stream_descriptor ended_;
  boost::asio::posix::stream_descriptor output_;
  std::array<char, 16 * 1024> buffer_{};
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  bool finished_ = false;
  RunResult::Exec end_;
};

}  // namespace misproxy
