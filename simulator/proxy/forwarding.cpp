#include "proxy/forwarding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "core/ascii.hpp"
#include "http/response_text.hpp"
#include "proxy/field_lines.hpp"
#include "proxy/request_target.hpp"

namespace misproxy {
namespace {

constexpr auto kAllow = "Allow: CONNECT, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, TRACE";

/// The methods whose way can be followed from proxy to proxy: RFC 9110 section 7.6.2.
bool counts_forwards(std::string_view method) { return method == "OPTIONS" || method == "TRACE"; }

std::optional<int> most_forwards_of(const FieldLines& fields) {
  const auto values = fields.values("max-forwards");
  int most = 0;
  if (values.empty() || values.front().empty()) return std::nullopt;
  const auto text = values.front();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), most);
  const bool is_count = error == std::errc{} && end == text.data() + text.size() && most >= 0;
  return is_count ? std::optional(most) : std::nullopt;
}

/// Chunks are all that a proxy has to know, last, and once. Source: RFC 9112 section 6.1.
bool frames_unknown(const FieldLines& fields) {
  const auto codings = fields.values("transfer-encoding");
  return !codings.empty() && (codings.size() > 1 || !same_but_for_case(codings.front(), "chunked"));
}

}  // namespace

Forwarding::Forwarding(RequestReader& reader, std::string_view pseudonym)
    : reader_(reader), pseudonym_(pseudonym), response_(kind()) {
  closes_client_ = !request().keep_alive || request().version == 10;
  const FieldLines fields(request().text);
  if (counts_forwards(request().method)) most_forwards_ = most_forwards_of(fields);
  if (frames_unknown(fields)) {
    head_error_ = RequestError{501, "a Transfer-Encoding other than `chunked`"};
  }
}

// --- the request

std::optional<RequestError> Forwarding::request_error() const {
  return head_error_ ? head_error_ : reader_.error();
}

/// TRACE gives the request back, without what is secret. Source: RFC 9110 section 9.3.8.
std::string Forwarding::own_answer() const {
  std::vector<std::string> headers;
  if (closes_client_) headers.emplace_back("Connection: close");
  if (request().method == "OPTIONS") {
    headers.emplace_back(kAllow);
    return misproxy::response_head(200, "OK", headers, 0);
  }
  FieldLines fields(request().text);
  for (const auto* secret : {"authorization", "proxy-authorization", "cookie"})
    fields.remove(secret);
  const auto body = fmt::format("TRACE {} HTTP/{}\r\n{}", without_user(request().target),
                                request().version_text(), fields.text());
  headers.emplace_back("Content-Type: message/http");
  return misproxy::response_head(200, "OK", headers, body.size()) + body;
}

std::string Forwarding::request_head(const Onward& onward) const {
  FieldLines fields(request().text);
  fields.remove_hop_by_hop();
  fields.remove("host");
  if (request().version == 10) fields.remove("expect");  // RFC 9110 section 10.1.1
  const auto authority = onward.authority.value_or(std::string(authority_of(request().target)));
  fields.add_first(fmt::format("Host: {}", authority));
  for (const auto& each : onward.credentials)
    fields.add(fmt::format("Proxy-Authorization: {}", each));
  if (const auto length = request().field("content-length")) {  // it may have been said twice
    fields.remove("content-length");
    fields.add(fmt::format("Content-Length: {}", length->substr(0, length->find(','))));
  }
  if (most_forwards_) {
    fields.remove("max-forwards");
    fields.add(fmt::format("Max-Forwards: {}", *most_forwards_ - 1));
  }
  fields.add(fmt::format("Via: {} {}", request().version_text(), pseudonym_));
  return fmt::format("{} {} HTTP/1.1\r\n{}", request().method, target(onward), fields.text());
}

/// Source: RFC 9112 sections 3.2.1, 3.2.2 and 3.2.4.
std::string Forwarding::target(const Onward& onward) const {
  const auto path = origin_form(request().method, request().target);
  if (!onward.authority) return path;
  return fmt::format("http://{}{}", *onward.authority, path == "*" ? "" : path);
}

std::size_t Forwarding::take(std::string_view bytes) {
  if (reader_.complete() || reader_.error()) return 0;
  return reader_.feed_body(bytes);
}

// --- the response

RequestKind Forwarding::kind() const {
  return request().method == "HEAD" ? RequestKind::head : RequestKind::other;
}

std::string Forwarding::hear(std::string_view bytes) {
  std::string out;
  heard_ = heard_ || !bytes.empty();
  while (!bytes.empty() && !answered_ && !error_) {
    if (response_->head()) {
      bytes = hear_body(bytes, out);
    } else {
      bytes.remove_prefix(hear_head(bytes, out));
    }
  }
  if (answered_ && !bytes.empty()) keeps_origin_ = false;
  return out;
}

/// A line at most, so that the head ends with what is taken.
std::size_t Forwarding::hear_head(std::string_view bytes, std::string& out) {
  const auto line = bytes.substr(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  const auto taken = response_->feed(line);
  error_ = response_->error();
  if (error_ || !response_->head()) return taken;
  const auto head = *response_->head();
  if (head.status == 101) {
    error_ = "101 to a request that asks for no other protocol";
  } else if (head.status / 100 == 1) {
    take_interim(head, out);
  } else {
    take_head(head, out);
  }
  return taken;
}

/// A 1xx passes, but to a client that cannot know it. Source: RFC 9110 section 15.2.
void Forwarding::take_interim(const ResponseHead& head, std::string& out) {
  response_.emplace(kind());
  if (request().version == 10) return;
  continued_ = continued_ || head.status == 100;
  FieldLines fields(head.text);
  fields.remove_hop_by_hop();
  for (const auto* framing : {"content-length", "transfer-encoding"})
    fields.remove(framing);  // it has no body: RFC 9112 section 6.3 item 1
  out += fmt::format("HTTP/1.1 {} {}\r\n{}", head.status, head.reason, fields.text());
}

void Forwarding::take_head(const ResponseHead& head, std::string& out) {
  status_ = head.status;
  unchunks_ = head.chunked && request().version == 10;
  // A client that was not told to go on may leave out what it has announced.
  const bool unsure = request().expects_continue && !continued_ && !asked();
  closes_client_ = !request().keep_alive || head.ends_with_connection() || unchunks_ || unsure;
  keeps_origin_ = head.keep_alive && !head.ends_with_connection();
  if (unchunks_) {
    response_->set_body_sink([this](std::string_view piece) { unchunked_ += piece; });
  }
  head_ = response_head(head);
  out += head_;
  answered_ = response_->complete();
}

std::string Forwarding::response_head(const ResponseHead& head) const {
  FieldLines fields(head.text);
  fields.remove_hop_by_hop();
  if (head.chunked) fields.remove("content-length");  // RFC 9112 section 6.3 item 3
  if (unchunks_) fields.remove("transfer-encoding");
  if (head.content_length) {  // it may have been said twice
    fields.remove("content-length");
    fields.add(fmt::format("Content-Length: {}", *head.content_length));
  }
  fields.add(fmt::format("Via: {} {}", head.version == 10 ? "1.0" : "1.1", pseudonym_));
  if (closes_client_) {
    fields.add("Connection: close");
  } else if (request().version == 10) {
    fields.add("Connection: keep-alive");
  }
  return fmt::format("HTTP/1.1 {} {}\r\n{}", head.status, head.reason, fields.text());
}

/// What is right passes, and the first wrong byte with it.
std::string_view Forwarding::hear_body(std::string_view bytes, std::string& out) {
  const auto taken = response_->feed(bytes);
  if (unchunks_) {
    out += std::exchange(unchunked_, {});
  } else {
    out += bytes.substr(0, taken);
  }
  error_ = response_->error();
  answered_ = response_->complete();
  return bytes.substr(taken);
}

void Forwarding::hear_end() {
  keeps_origin_ = false;
  if (answered_ || error_) return;
  answered_ = response_->end_of_input() == ResponseReader::AtEnd::complete;
  cut_short_ = !answered_;
}

}  // namespace misproxy
