#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/sha256.hpp"

namespace misproxy {

/// A request's first line and what its headers mean to misproxy.
struct RequestHead {
  std::string method;
  std::string target;
  int version = 11;  // 10, 11 (and what is above it) or 20
  bool keep_alive = true;
  bool expects_continue = false;
  bool wants_digest = false;           // RFC 9530 section 4: `Want-Repr-Digest` with sha-256
  std::string header_names;            // as they came: `Host, User-Agent`; 2,000 bytes at most
  std::string credentials = "none";    // the scheme of Proxy-Authorization, never more than that
  std::string authorization = "none";  // and that of Authorization
  std::vector<std::pair<std::string, std::string>> fields;  // in their order, secrets too
  std::string
      told_fields;  // a line each, as it may be written down (told_field); 8,000 bytes at most
  std::vector<std::string> proxy_authorization;  // secret: for who judges it, and never told
  std::string text;  // of HTTP/1.x, the head as it came, with its empty line: holds secrets

  /// `1.0`, `1.1` or `2`.
  std::string version_text() const;
  /// What all headers of this name say together, with commas between them (RFC 9110 section 5.3);
  /// nothing where there is none.
  std::optional<std::string> field(std::string_view name) const;
  /// Takes into account what one header says.
  void take_header(std::string_view name, std::string_view value);
};

/// The scheme that credentials begin with, `other` where it is none that people use: what stands
/// there may be the secret itself.
std::string scheme_of(std::string_view credentials);

/// Whether misproxy has heard of a method: those of HTTP itself and of WebDAV.
bool is_known_method(std::string_view method);

/// Why a request is refused.
///
/// `status` is 400, 431 (RFC 6585 section 5) or 505; `reason` a short sentence for the trace and
/// the body.
struct RequestError {
  int status = 400;
  std::string reason;
};

/// Reads one HTTP/1.x request, head first, then body, from bytes however they were cut.
///
/// The head is complete at its empty line; more than `head_limit` bytes without one is 431. A first
/// byte that no method can have, or a line that ends in a bare LF, is refused at once (RFC 9112
/// section 2.2), so that garbage is not waited for. Empty lines before the request line are passed
/// over, two bytes each, within the same limit. Body bytes are counted, hashed where that was asked
/// for, and let go.
class RequestReader {
 public:
  explicit RequestReader(std::size_t head_limit);
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;

  /// Takes bytes up to the end of the head, and returns how many of `bytes` that were. Feed again
  /// only while `head()` is empty and `error()` too.
  std::size_t feed_head(std::string_view bytes);
  /// Takes bytes of the body; what is left belongs to the next request. Feed while not
  /// `complete()`.
  std::size_t feed_body(std::string_view bytes);

  const std::optional<RequestHead>& head() const { return head_; }
  const std::optional<RequestError>& error() const { return error_; }
  /// Before the body: its digest is wanted.
  void hash_body() { hash_.emplace(); }
  /// Of a whole body; once, and only where it was wanted.
  Sha256::Digest body_digest() { return hash_->finish(); }
  /// The head, and the whole body that it announces, have been read.
  bool complete() const;
  std::uint64_t body_bytes() const { return body_bytes_; }
  /// Bytes of an unfinished head held so far.
  std::size_t pending() const { return buffer_.size(); }

 private:
  struct Parser;

  void fail(int status, std::string reason);
  void check_early(std::string_view head);
  void parse_head();

  std::size_t head_limit_;
  std::string buffer_;
  std::size_t skipped_ = 0;
  std::unique_ptr<Parser> parser_;
  std::optional<RequestHead> head_;
  std::optional<RequestError> error_;
  std::uint64_t body_bytes_ = 0;
  std::optional<Sha256> hash_;
};

}  // namespace misproxy
