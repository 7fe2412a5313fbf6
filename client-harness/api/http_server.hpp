#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "api/guard.hpp"
#include "api/operation.hpp"
#include "core/endpoint.hpp"
#include "live/guest_list.hpp"

namespace misproxy::api {

/// The API over HTTP/1.1, on a thread of its own.
class HttpServer {
 public:
  static constexpr std::size_t kMostConnections = 1'000;
  static constexpr std::uint64_t kMostBody = 4 * 1024 * 1024;
  static constexpr std::uint32_t kMostHead = 32 * 1024;
  /// For a request to come, and for an answer to be taken.
  static constexpr std::chrono::seconds kPatience{30};

  /// `version` is misproxy's. The pool outlives it.
  HttpServer(ProxyPool& pool, std::string ca_path, std::string ca, live::GuestList guests,
             std::string token, std::string version);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Opens the port; a sentence where that cannot be.
  std::string listen(const Endpoint& where);
  std::string url() const;
  void start();
  /// No more requests; those under way are broken off.
  void stop();

 private:
  friend class Connection;

  void accept();

  std::size_t connections_ = 0;      // on the thread
  std::atomic<bool> waits_ = false;  // to accept, for one of them to end
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  boost::asio::thread_pool workers_{2};
  boost::asio::ip::tcp::acceptor acceptor_{io_};
  live::GuestList guests_;
  Guard guard_;
  Endpoint where_;
  Context context_;
  std::thread thread_;
};

}  // namespace misproxy::api
