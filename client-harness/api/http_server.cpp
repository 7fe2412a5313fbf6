#include "api/http_server.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>
#include <utility>

#include "core/ascii.hpp"
#include "core/reachable.hpp"
#include "trace/json_line.hpp"

namespace misproxy::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

/// One client of the API: request after request, until one of them ends it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, HttpServer& server)
      : stream_(std::move(socket)), server_(server), idle_(server.io_) {
    ++server_.connections_;
  }
  ~Connection() {
    --server_.connections_;
    if (server_.waits_.exchange(false)) server_.accept();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void read() {
    parser_.emplace();
    parser_->body_limit(HttpServer::kMostBody);
    parser_->header_limit(HttpServer::kMostHead);
    stream_.expires_after(HttpServer::kPatience);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](const error_code& error, std::size_t) { self->take(error); });
  }

 private:
  void take(const error_code& error) {
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return answer_last(problem(
          413, "too-large",
          fmt::format("a request has at most {} MiB", HttpServer::kMostBody / 1024 / 1024)));
    }
    if (error && error.category() == make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return answer_last(
          problem(400, "no-http", fmt::format("that is no HTTP: {}", error.message())));
    }
    if (error) return;
    const auto& message = parser_->get();
    keep_alive_ = message.keep_alive();
    Request request;
    request.method = std::string(message.method_string());
    request.body = parser_->get().body();
    for (const auto& field : message)
      request.headers[in_lower_case(field.name_string())] = std::string(field.value());
    const bool is_path = read_target(message.target(), request);
    if (auto refused = server_.guard_.refuse(request)) return answer(std::move(*refused));
    if (!is_path) return answer(problem(400, "bad-request", "the target is no path"));
    stream_.expires_never();  // it may wait for an event
    perform_here(request);
  }

  void perform_here(const Request& request) {
    if (request.path == std::vector<std::string>{"openapi.json"} && request.method == "GET")
      return answer(json_response(200, openapi(server_.context_.version)));
    perform(server_.context_, request, [self = shared_from_this()](Response response) {
      asio::post(self->server_.io_, [self, response = std::move(response)]() mutable {
        self->answer(std::move(response));
      });
    });
  }

  /// What it still sends is read and let go, so that no reset overtakes the answer.
  void answer_last(Response response) {
    lingers_ = true;
    keep_alive_ = false;
    answer(std::move(response));
  }

  void answer(Response response) {
    if (response.stream) return begin_stream(std::move(*response.stream));
    response_ = {};
    response_.result(response.status);
    response_.version(11);
    if (!response.content_type.empty())
      response_.set(http::field::content_type, response.content_type);
    response_.set(http::field::cache_control, "no-store");
    response_.set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers)
      response_.set(name, value);
    response_.body() = std::move(response.body);
    response_.keep_alive(keep_alive_);
    if (response.status != 204 && response.status != 304) response_.prepare_payload();
    stream_.expires_after(HttpServer::kPatience);
    http::async_write(stream_, response_,
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        if (error) return;
                        if (self->keep_alive_) return self->read();
                        error_code ignored;
                        self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
                        if (self->lingers_) self->let_go();
                      });
  }

  void let_go() {
    stream_.expires_after(std::chrono::seconds{5});
    read_and_drop();
  }

  void read_and_drop() {
    stream_.async_read_some(asio::buffer(scratch_),
                            [self = shared_from_this()](const error_code& error, std::size_t) {
                              if (!error) self->read_and_drop();
                            });
  }

  // --- events as they come

  void begin_stream(EventStream events) {
    events_ = std::move(events);
    streams_ = true;
    watch_client();
    write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n: misproxy\n\n");
  }

  /// It says nothing more, but it may leave.
  void watch_client() {
    stream_.socket().async_wait(
        tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
          error_code ended;
          if (!error) {
            self->stream_.socket().read_some(asio::buffer(self->scratch_), ended);
          }
          if (error || ended) return self->end_stream();
          self->watch_client();
        });
  }

  void end_stream() {
    if (!std::exchange(streams_, false)) return;
    events_->proxy->log().forget(waiter_);
    idle_.cancel();
    stream_.close();
  }

  void write(std::string text) {
    text_ = std::move(text);
    stream_.expires_after(HttpServer::kPatience);
    asio::async_write(stream_, asio::buffer(text_),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        if (error) return self->end_stream();
                        self->stream_.expires_never();
                        self->next_events();
                      });
  }

  /// A reader that is slow keeps nothing but its place: what it has not taken is in the log.
  void next_events() {
    if (!streams_) return;
    auto& log = events_->proxy->log();
    constexpr std::size_t kPiece = 256;
    std::string text;
    for (const auto& event : log.behind(events_->after, kPiece)) {
      events_->after = event.number;
      if (!events_->filter.takes(event.line)) continue;
      text += fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.number, event.line.event.name,
                          to_json_line(event.line));
    }
    if (!text.empty()) return write(std::move(text));
    if (log.is_closed()) return end_stream();
    await_events();
  }

  void await_events() {
    auto woken = [self = shared_from_this()] {
      asio::post(self->server_.io_, [self] {
        self->idle_.cancel();
        self->next_events();
      });
    };
    waiter_ = events_->proxy->log().when_behind(events_->after, std::move(woken));
    idle_.expires_after(std::chrono::seconds{15});
    idle_.async_wait([self = shared_from_this()](const error_code& cancelled) {
      if (cancelled || !self->streams_) return;
      self->events_->proxy->log().forget(self->waiter_);
      self->write(": \n\n");
    });
  }

  beast::tcp_stream stream_;
  HttpServer& server_;
  asio::steady_timer idle_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  std::optional<EventStream> events_;
  std::string text_;
  std::array<char, 4096> scratch_{};
  std::uint64_t waiter_ = 0;
  bool keep_alive_ = false;
  bool lingers_ = false;
  bool streams_ = false;
};

HttpServer::HttpServer(ProxyPool& pool, std::string ca_path, std::string ca, live::GuestList guests,
                       std::string token, std::string version)
    : guests_(std::move(guests)), guard_{"", std::move(token)}, context_{pool,
                                                                         io_,
                                                                         workers_,
                                                                         std::move(ca_path),
                                                                         std::move(ca),
                                                                         std::move(version),
                                                                         !guard_.token.empty()} {}

HttpServer::~HttpServer() { stop(); }

std::string HttpServer::listen(const Endpoint& where) {
  error_code error;
  const auto address =
      asio::ip::make_address(where.host == "localhost" ? "127.0.0.1" : where.host, error);
  const tcp::endpoint endpoint(address, where.port);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fmt::format("cannot listen on {}: {}", where.text(), error.message());
  where_ = {where.host, acceptor_.local_endpoint().port()};
  guard_.listen_host = where.host;
  return {};
}

std::string HttpServer::url() const { return "http://" + reachable(where_).text(); }

void HttpServer::start() {
  accept();
  thread_ = std::thread([this] { io_.run(); });
}

void HttpServer::stop() {
  waits_ = false;
  io_.stop();
  if (thread_.joinable()) thread_.join();
  workers_.join();
}

void HttpServer::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      error_code gone;
      const auto client = socket.remote_endpoint(gone).address();
      if (!gone && guests_.allows(client)) {
        socket.set_option(tcp::no_delay(true), gone);
        std::make_shared<Connection>(std::move(socket), *this)->read();
      }
    }
    // Out of descriptors, or full: those that wait are taken when a connection has ended.
    if (error || connections_ >= kMostConnections) {
      waits_ = true;
    } else {
      accept();
    }
  });
}

}  // namespace misproxy::api
