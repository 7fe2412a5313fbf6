#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy {

/// Takes pieces of a body, in order; a piece is good for the time of the call.
using BodySink = std::function<void(std::string_view)>;

/// Reads a chunked body (RFC 9112 section 7.1) byte for byte, and holds none of it.
///
/// Extensions and trailers are passed over; a line may end in a bare LF, as in curl.
/// Errors: no hexadecimal size, a size over 2^63 - 1, a chunk that its line end does not follow, or
/// more than `line_limit` bytes in the line of one size or in all trailers.
class ChunkedBody {
 public:
  explicit ChunkedBody(std::size_t line_limit) : line_limit_(line_limit) {}

  /// Takes bytes up to the end of the body or to the first wrong one, and returns how many.
  std::size_t feed(std::string_view bytes, const BodySink& sink);

  bool complete() const { return step_ == Step::complete; }
  const std::optional<std::string>& error() const { return error_; }

 private:
  enum class Step {
    first_digit,
    size,
    extension,
    size_lf,
    payload,
    end,
    end_lf,
    trailer,
    complete
  };

  std::size_t take_payload(std::string_view bytes, const BodySink& sink);
  void take(char c);
  void take_size(char c);
  void take_trailer(char c);
  void end_size_line();
  void start_size_line();

  std::size_t line_limit_;
  std::size_t line_bytes_ = 0;
  std::uint64_t left_ = 0;  // of the chunk: its size as read so far, then what has yet to come
  bool trailer_line_empty_ = true;
  Step step_ = Step::first_digit;
  std::optional<std::string> error_;
};

}  // namespace misproxy
