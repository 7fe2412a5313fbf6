#include "diagnose/dialogue.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::size_t kMostHead = 64 * 1024;
constexpr std::size_t kKeptBody = 512;
constexpr auto kToTheEnd = std::numeric_limits<std::uint64_t>::max();

bool is_record(std::string_view begin) {
  const auto type = static_cast<std::uint8_t>(begin.front());
  return type >= 20 && type <= 23 && (begin.size() < 2 || begin[1] == 3);
}

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

/// tcpdump prints a head's lines without the CR at their ends, and not the empty one behind them.
std::uint64_t most_that_a_text_leaves_out(std::string_view head) {
  return static_cast<std::uint64_t>(std::count(head.begin(), head.end(), '\n')) + 4;
}

/// The capture kept too little of the packet to hold a status.
bool is_cut_status_line(std::string_view text) {
  constexpr std::string_view kBegin = "HTTP/";
  return text.size() < 12 && (text.starts_with(kBegin) || kBegin.starts_with(text));
}

/// The client's connection preface. Source: RFC 9113 section 3.4.
bool is_http2(std::string_view begin) { return begin.starts_with("PRI * HTTP/2.0\r\n"); }

std::uint64_t body_length(const ResponseSeen& response) {
  if (holds_in_any_case(header(response.headers, "Transfer-Encoding"), "chunked")) return kToTheEnd;
  const auto text = header(response.headers, "Content-Length");
  std::uint64_t length = kToTheEnd;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

}  // namespace

Dialogue::Dialogue(Connection& connection)
    : connection_(connection),
      client_(*this, End::client, connection.tls),
      proxy_(*this, End::proxy, connection.tls) {}

void Dialogue::finish() {
  client_.finish();
  proxy_.finish();
}

bool Dialogue::tunnel_is_up() const {
  return connection_.reply && connection_.reply->status / 100 == 2;
}

/// Behind the 2xx of a CONNECT; and where the client began with TLS itself.
bool Dialogue::expects_tls(End from) const {
  if (connection_.tls.client_hello && from == End::proxy) return true;
  return tunnel_is_up();
}

/// What came before answers no request that comes after it.
void Dialogue::put_aside_answer() {
  auto& last = connect_open_ ? connection_.reply : connection_.response;
  auto& earlier = connect_open_ ? connection_.earlier_replies : connection_.earlier_responses;
  if (last && earlier.size() < kMostEarlier) earlier.push_back(std::move(*last));
  last.reset();
  last_response_ = nullptr;
}

void Dialogue::request(RequestSeen request) {
  proxy_.begin_anew();
  connect_open_ = request.method == "CONNECT";
  put_aside_answer();
  connection_.body_expected.reset();
  connection_.body_received.reset();
  if (connect_open_) connection_.from_the_middle = false;  // only the TCP handshake is not there
  if (connect_open_)
    connection_.connect = std::move(request);
  else
    connection_.request = std::move(request);
}

void Dialogue::speaks_http2(const Sight& sight) {
  connection_.carries = kClearHttp2;
  connection_.carries_at = sight;
}

/// The client offers TLS, and what crossed with that was no answer to it.
void Dialogue::answered_too_soon() {
  if (connection_.carries.empty()) return;
  connection_.tls.not_tls = connection_.carries_at;
  connection_.tls.not_tls_text = std::exchange(connection_.carries, {});
}

/// Its request was not seen: a CONNECT's answer is one that nothing but a tunnel follows, or that
/// only a proxy gives.
bool Dialogue::is_of_unseen_request(const ResponseSeen& response) const {
  if (!connection_.from_the_middle || connection_.connect) return false;
  const bool framed = has_header(response.headers, "Content-Length") ||
                      has_header(response.headers, "Transfer-Encoding");
  return response.status != 407 && (response.status / 100 != 2 || framed);
}

std::uint64_t Dialogue::response(ResponseSeen response) {
  if (is_of_unseen_request(response)) connect_open_ = false;
  auto& last = connect_open_ ? connection_.reply : connection_.response;
  auto& earlier = connect_open_ ? connection_.earlier_replies : connection_.earlier_responses;
  const auto& asked = connect_open_ ? connection_.connect : connection_.request;
  if (asked && asked->sight.at && response.sight.at)
    response.after = *response.sight.at - *asked->sight.at;
  if (response.status / 100 == 1 && response.status != 101) {
    if (earlier.size() < kMostEarlier) earlier.push_back(std::move(response));
    return 0;
  }
  const bool no_body =
      connect_open_ ? response.status / 100 == 2 : asked && asked->method == "HEAD";
  const auto length =
      no_body || response.status == 204 || response.status == 304 ? 0 : body_length(response);
  if (last && earlier.size() < kMostEarlier) earlier.push_back(std::move(*last));
  last = std::move(response);
  last_response_ = &*last;
  return length;
}

void Dialogue::keep_body(std::string_view bytes) {
  if (last_response_ == nullptr || last_response_->body.size() >= kKeptBody) return;
  last_response_->body += bytes.substr(0, kKeptBody - last_response_->body.size());
}

void Dialogue::not_http(std::string_view begin, const Sight& sight) {
  if (connection_.not_http_at) return;
  connection_.not_http = shown(begin.substr(0, begin.find_first_of("\r\n")), 80);
  connection_.not_http_at = sight;
}

// --- one end's part

void Dialogue::Voice::take(std::string_view bytes) {
  while (!bytes.empty()) {
    switch (mode_) {
      case Mode::start:
        if (from_ == End::proxy && !dialogue_.expects_tls(from_)) drop_empty_lines(bytes);
        if (bytes.empty()) return;
        begun_sight_ = dialogue_.now_.sight();
        buffer_.assign(bytes.substr(0, kMostHead));
        choose();
        if (mode_ != Mode::head) continue;
        break;
      case Mode::head:
        buffer_ += bytes.substr(0, kMostHead);
        break;
      case Mode::body:
        return take_body(bytes);
      case Mode::tls:
        return tls_.take(bytes, dialogue_.now_);
      case Mode::opaque:
        return;
    }
    const auto before = buffer_.size() - std::min(bytes.size(), kMostHead);
    const auto end = head_end(buffer_);
    if (!end) {
      if (buffer_.size() > kMostHead) end_head(false);
      return;
    }
    bytes.remove_prefix(*end - before);
    buffer_.resize(*end);
    end_head(true);
  }
}

/// Old servers send one behind a body, and clients pass over it (RFC 9112 section 2.2).
void Dialogue::Voice::drop_empty_lines(std::string_view& bytes) const {
  if (body_.seen == 0) return;
  bytes.remove_prefix(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
}

/// What begins here, by its first bytes.
void Dialogue::Voice::choose() {
  auto& connection = dialogue_.connection_;
  if (dialogue_.expects_tls(from_)) {
    if (is_record(buffer_)) {
      mode_ = Mode::tls;
      if (from_ == End::client) dialogue_.answered_too_soon();
      return;
    }
    mode_ = Mode::opaque;
    const auto line = shown(buffer_.substr(0, buffer_.find_first_of("\r\n")), 80);
    if (from_ == End::client && is_http2(buffer_)) return dialogue_.speaks_http2(begun_sight_);
    if (!connection.tls.client_hello) {  // SMTP, SSH, HTTP: a tunnel carries anything
      if (!connection.carries.empty()) return;
      connection.carries = line.empty() ? "?" : line;
      connection.carries_at = begun_sight_;
      return;
    }
    if (from_ == End::client || connection.tls.not_tls) return;
    connection.tls.not_tls = begun_sight_;
    connection.tls.not_tls_text = line;
    return;
  }
  if (from_ == End::client) {
    const bool record = is_record(buffer_);
    mode_ = record ? Mode::tls : is_letter(buffer_.front()) ? Mode::head : Mode::opaque;
    connection.tls_to_proxy = connection.tls_to_proxy || (record && !connection.from_the_middle);
    return;
  }
  const bool in_tls = connection.from_the_middle || dialogue_.client_.mode_ == Mode::tls;
  if (in_tls && is_record(buffer_)) {
    mode_ = Mode::tls;
    return;
  }
  const auto begin = std::string_view(buffer_).substr(0, 5);
  mode_ = std::string_view("HTTP/").starts_with(begin) ? Mode::head : Mode::opaque;
  if (mode_ == Mode::head || connection.carries == kClearHttp2) return;
  if (!connection.from_the_middle) dialogue_.not_http(buffer_, begun_sight_);
}

void Dialogue::Voice::end_head(bool whole) {
  const auto text = std::exchange(buffer_, {});
  mode_ = Mode::start;
  if (from_ == End::client) {
    if (is_http2(text)) {
      mode_ = Mode::opaque;
      return dialogue_.speaks_http2(begun_sight_);
    }
    auto request = read_request(text);
    mode_ = request ? Mode::start : Mode::opaque;
    if (!request) return;
    request->sight = begun_sight_;
    request->whole = whole && !std::exchange(head_is_cut_, false);
    const bool connect = request->method == "CONNECT";
    const auto length = header(request->headers, "Content-Length");
    if (!connect && !length.empty()) mode_ = Mode::opaque;
    dialogue_.request(std::move(*request));
    return;
  }
  auto response = read_response(text);
  if (!response && is_cut_status_line(text)) {
    mode_ = Mode::opaque;
    return;
  }
  if (!response) {
    mode_ = Mode::opaque;
    return dialogue_.not_http(text, begun_sight_);
  }
  response->whole = whole;
  response->end_untold = std::exchange(head_is_cut_, false);
  response->sight = begun_sight_;
  body_ = {};
  body_.chunked = holds_in_any_case(header(response->headers, "Transfer-Encoding"), "chunked");
  const bool is_interim = response->status / 100 == 1 && response->status != 101;
  body_.of_reply = dialogue_.connect_open_ || is_interim;
  body_.length = dialogue_.response(std::move(*response));
  mode_ = Mode::body;
  end_body();
}

/// Where all of it has come, what follows is another response.
void Dialogue::Voice::end_body() {
  if (body_.seen < body_.length) return;
  note_body();
  mode_ = Mode::start;
}

void Dialogue::Voice::take_body(std::string_view bytes) {
  const auto part =
      bytes.substr(0, std::min<std::uint64_t>(body_.length - body_.seen, bytes.size()));
  dialogue_.keep_body(part);
  body_.seen += part.size();
  body_.end.append(part.substr(part.size() - std::min<std::size_t>(part.size(), 4)));
  if (body_.end.size() > 4) body_.end.erase(0, body_.end.size() - 4);
  if (body_.seen < body_.length) return;
  end_body();
  take(bytes.substr(part.size()));
}

/// What the body says of its own end. Source: RFC 9112 sections 6.3 and 7.1.
void Dialogue::Voice::note_body() {
  if (body_.of_reply) return;
  auto& connection = dialogue_.connection_;
  if (body_.length != kToTheEnd) {
    connection.body_expected = body_.length;
    connection.body_received = body_.seen;
  }
  connection.last_chunk_missing = body_.chunked && !body_.end.empty() && body_.end != "\r\n\r\n";
}

void Dialogue::Voice::begin_anew() {
  if (mode_ == Mode::body || mode_ == Mode::opaque) mode_ = Mode::start;
}

/// A text that shows one line of a head: the empty line behind it, of two bytes, does not fit.
bool Dialogue::Voice::is_short_of_its_end(std::uint64_t count) const {
  const bool one_line =
      from_ == End::proxy && std::count(buffer_.begin(), buffer_.end(), '\n') == 1;
  return one_line && count < 2 && dialogue_.now_.file->text;
}

/// A head of which the evidence has the beginning ends here: what is missing were its last bytes.
void Dialogue::Voice::skip(std::uint64_t count) {
  switch (mode_) {
    case Mode::start:
      mode_ = Mode::opaque;
      return;
    case Mode::head:
      if (is_short_of_its_end(count)) return;
      head_is_cut_ = count > most_that_a_text_leaves_out(buffer_);
      return end_head(true);
    case Mode::body:
      body_.seen += std::min(body_.length - body_.seen, count);
      body_.end.clear();
      return end_body();
    case Mode::tls:
      return tls_.skip(count);
    case Mode::opaque:
      return;
  }
}

void Dialogue::Voice::finish() {
  if (mode_ == Mode::head && !buffer_.empty()) end_head(false);
  if (mode_ == Mode::body) note_body();
  if (mode_ == Mode::tls) tls_.finish();
}

}  // namespace misproxy::diagnose
