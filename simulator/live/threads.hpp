#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "core/time.hpp"

namespace misproxy::live {

/// The threads of the world `live`, each with an io_context of its own, and its clock. The first
/// thread is the caller of `run`; listening ports and signals live there.
class Threads {
 public:
  explicit Threads(std::size_t count);

  boost::asio::io_context& first() { return *contexts_.front(); }
  /// One after the other: where the next connection goes.
  boost::asio::io_context& next();

  /// Returns after `release`, when nothing is left to do.
  void run();
  /// Lets `run` return once every connection is closed. From any thread.
  void release();

  /// Time since the threads were made.
  Instant now() const { return std::chrono::steady_clock::now() - start_; }

 private:
  using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::vector<Work> work_;
  std::size_t next_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace misproxy::live
