#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/request_reader.hpp"
#include "http/response_reader.hpp"
#include "session/action.hpp"

namespace misproxy {

/// One request that is forwarded, and what comes back for it.
///
///     client -> head, body as it comes -> origin
///     client <- 1xx, head, body as it comes <- origin
///
/// Heads are written anew: without what was meant for one connection (FieldLines), in HTTP/1.1,
/// with Host by the target, and with Via. Bodies pass as they are framed, and nothing of them is
/// held; a client of HTTP/1.0 gets those that come in chunks without them. Each response ends as
/// RFC 9112 section 6.3 says.
class Forwarding {
 public:
  /// `reader`: has read the request's head, which has an `http://` target, and reads its body; it
  /// outlives this. `pseudonym`: the proxy's in Via.
  Forwarding(RequestReader& reader, std::string_view pseudonym);
  Forwarding(const Forwarding&) = delete;
  Forwarding& operator=(const Forwarding&) = delete;

  // --- the request

  /// Why it cannot be forwarded, in its head or its body so far.
  std::optional<RequestError> request_error() const;
  /// `Max-Forwards` lets it come no further: the proxy answers (RFC 9110 section 7.6.2).
  bool ends_here() const { return most_forwards_ == 0; }
  std::string own_answer() const;
  /// As the origin gets it, or the parent proxy on the way.
  std::string request_head(const Onward& onward) const;
  /// Takes bytes of the body, which all go on, up to its end; returns how many.
  std::size_t take(std::string_view bytes);
  /// The whole request has come.
  bool asked() const { return reader_.complete(); }

  // --- the response

  /// Takes bytes of the origin's, and returns those for the client. What comes behind the response
  /// is let go, and its connection with it.
  std::string hear(std::string_view bytes);
  /// The origin sends no more.
  void hear_end();
  /// It has not said a byte.
  bool unheard() const { return !heard_; }
  /// The status that it answers with, once known; 1xx are none.
  std::optional<int> status() const { return status_; }
  /// The head of that answer, as the client gets it.
  const std::string& head() const { return head_; }
  /// The whole answer has come.
  bool answered() const { return answered_; }
  /// Why that will never be; one short sentence.
  const std::optional<std::string>& response_error() const { return error_; }
  /// The origin ended before the answer did, and there was nothing wrong with what came.
  bool cut_short() const { return cut_short_; }
  /// What becomes of the two connections behind the answer.
  bool closes_client() const { return closes_client_; }
  bool keeps_origin() const { return keeps_origin_ && answered_ && asked(); }

 private:
  const RequestHead& request() const { return *reader_.head(); }
  RequestKind kind() const;
  std::string target(const Onward& onward) const;
  std::size_t hear_head(std::string_view bytes, std::string& out);
  std::string_view hear_body(std::string_view bytes, std::string& out);
  void take_head(const ResponseHead& head, std::string& out);
  void take_interim(const ResponseHead& head, std::string& out);
  std::string response_head(const ResponseHead& head) const;

  RequestReader& reader_;
  std::string pseudonym_;
  std::optional<int> most_forwards_;
  std::optional<RequestError> head_error_;
  std::optional<ResponseReader> response_;
  std::string unchunked_;  // of a chunked body, for a client that knows no chunks
  bool unchunks_ = false;
  bool heard_ = false;
  bool continued_ = false;  // the client was told to send its body
  std::optional<int> status_;
  std::string head_;
  bool answered_ = false;
  bool cut_short_ = false;
  bool closes_client_ = false;
  bool keeps_origin_ = false;
  std::optional<std::string> error_;
};

}  // namespace misproxy
