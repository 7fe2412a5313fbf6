#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_reader.hpp"

struct nghttp2_session;

namespace misproxy {

/// A request that has come whole, its body too.
struct Http2Request {
  std::int32_t stream = 0;
  RequestHead head;
  std::uint64_t body_bytes = 0;
  std::string body_sha256;  // where the bodies are hashed
};

/// What follows a response's head: `read` fills its room from the front, and says how much that
/// was and whether it was the last; where it has nothing yet it is asked again after
/// `Http2Server::resume`. `failed`: there is no more though there should be, and the stream is
/// reset.
struct Http2Body {
  struct Filled {
    std::size_t bytes = 0;
    bool last = false;
    bool failed = false;
  };
  std::function<std::optional<Filled>(std::span<char> room)> read;
};

/// What `Http2Server::take_frame` came to: the stream of a request whose head has come, whether it
/// waits for 100 Continue, and what has come of a request's body.
struct Http2Frame {
  std::optional<std::int32_t> begun;
  bool expects_continue = false;
  std::int32_t stream = 0;
  std::string body;
};

/// The server's end of HTTP/2 (RFC 9113), a pure transformation as TlsEngine is: bytes in, whole
/// requests out; answers in, bytes out. Many streams at once, each with its own windows, as
/// nghttp2 keeps them. Whatever the bytes are, it ends with GOAWAY at worst.
class Http2Server {
 public:
  static constexpr std::uint32_t kMostStreams = 100;  // at once, as most servers allow

  Http2Server();
  ~Http2Server();
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;

  /// From now on the bodies of requests are hashed as they come.
  void hash_bodies() { hashes_ = true; }
  /// For `take_frame`.
  void receive(std::string_view bytes) { input_ += bytes; }
  /// Takes the next frame; nothing where none has come whole.
  std::optional<Http2Frame> take_frame();
  /// Bytes that have come and not been taken.
  std::size_t waiting() const { return input_.size() - given_; }
  /// The request whose head has come.
  const Http2Request& request(std::int32_t stream) const { return streams_.at(stream).request; }
  /// In the order in which they became whole, each once.
  std::optional<Http2Request> next_request();

  /// `headers`: one `Name: value` an entry; what HTTP/2 has no place for (Connection and its kin,
  /// RFC 9113 section 8.2.2) is left out, and Content-Length added where it is absent and
  /// `length` given. Without a `body` the stream ends with the head.
  void answer(std::int32_t stream, int status, const std::vector<std::string>& headers,
              std::optional<std::uint64_t> length, std::optional<Http2Body> body);
  /// A 1xx before the answer.
  void interim(std::int32_t stream, int status, const std::vector<std::string>& headers);
  /// Says that no further requests are taken.
  void say_goodbye();

  /// Frames to send, at most `room` bytes and one frame more, taken.
  std::string take_output(std::size_t room);
  /// The body of this stream has something again.
  void resume(std::int32_t stream);

  bool is_open(std::int32_t stream) const { return streams_.contains(stream); }
  /// A request is under way, or an answer.
  bool busy() const { return !streams_.empty(); }
  /// There is nothing more to hear or to say.
  bool ended() const;
  /// Why it ended, where the client's bytes were no HTTP/2.
  const std::string& failure() const { return failure_; }

 private:
  struct Callbacks;
  struct Stream {
    Http2Request request;
    Http2Body body;
    std::optional<Sha256> hash;
  };
  struct Deleter {
    void operator()(nghttp2_session* session) const;
  };

  std::size_t whole_unit(std::string_view bytes);
  void take_header(std::int32_t stream, std::string_view name, std::string_view value);
  void request_whole(std::int32_t stream);

  std::unique_ptr<nghttp2_session, Deleter> session_;
  std::map<std::int32_t, Stream> streams_;
  std::deque<std::int32_t> whole_;
  std::string failure_;
  std::string input_;
  std::size_t given_ = 0;  // of the input
  Http2Frame frame_;       // under way
  bool hashes_ = false;
  bool greeted_ = false;  // the preface has come
};

}  // namespace misproxy
