#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/chunked_body.hpp"
#include "http/response_head.hpp"

namespace misproxy {

/// Reads one HTTP/1.x response, head and body, from bytes however they were cut.
///
/// The head is complete at its empty line; a longer one than `head_limit` bytes is an error, and so
/// is a line over 16 KiB in answer to CONNECT, or over 60 KiB else. What cannot become a status
/// line (`HTTP/2 200`, `ICY`, markup, TLS) is an error at its first wrong byte. A 1xx is a
/// response of its own, complete with its head: read on with a new reader. Body bytes are counted,
/// given to the sink and let go.
class ResponseReader {
 public:
  explicit ResponseReader(RequestKind kind, std::size_t head_limit = 300 * 1024);

  /// Where body bytes go, uncopied, during `feed`. Set it before the first one comes.
  void set_body_sink(BodySink sink) { sink_ = std::move(sink); }

  /// Takes bytes up to the end of the response, and returns how many. Once there is an `error()`,
  /// the count means nothing: where the next response would begin is not known.
  std::size_t feed(std::string_view bytes);

  /// What the end of the peer's bytes means: the response is whole, or cut off, or there is no byte
  /// of it. A body without a length becomes complete by this, RFC 9112 section 6.3 item 8.
  enum class AtEnd { complete, truncated, empty };
  AtEnd end_of_input();

  const std::optional<ResponseHead>& head() const { return head_; }
  bool complete() const;
  std::uint64_t body_bytes() const { return body_bytes_; }
  /// One short sentence.
  const std::optional<std::string>& error() const { return error_; }
  /// What has come of a head that is not whole yet, or is wrong: for logs, and to tell a reply that
  /// stalls from none.
  std::string_view partial_head() const { return text_; }

 private:
  std::size_t feed_line(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  void check_line();
  void end_head();
  void give(std::string_view piece);

  RequestKind kind_;
  std::size_t head_limit_;
  std::size_t line_limit_;
  std::string text_;
  std::size_t line_start_ = 0;
  std::optional<ResponseHead> head_;
  ChunkedBody chunks_;
  BodySink sink_;
  std::uint64_t body_bytes_ = 0;
  bool input_ended_ = false;
  std::optional<std::string> error_;
};

}  // namespace misproxy
