// The heads of requests and responses in curl's log, and which answers which.
#include <algorithm>
#include <utility>

#include "evidence/curl_session.hpp"
#include "evidence/logged_head.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kMostEarlier = 100;  // answers kept before the last one

bool says_established(const LoggedResponse& response) {
  return response.status / 100 == 2 && (contains(response.reason, "onnection established") ||
                                        contains(response.reason, "onnection Established"));
}

void keep_earlier(std::vector<LoggedResponse>& earlier, LoggedResponse response) {
  if (earlier.size() == kMostEarlier) earlier.pop_back();
  earlier.push_back(std::move(response));
}

/// What is told of TLS before the first CONNECT is told of the proxy's.
void set_aside_proxy_tls(LoggedConnection& made) {
  if (!made.tls.empty()) made.proxy_tls = std::exchange(made.tls, {});
  made.tls_to_proxy = made.tls_to_proxy || !made.proxy_tls.empty();
  for (auto* told : {&made.tls_done, &made.subject, &made.issuer, &made.starts, &made.expires})
    told->reset();
}

}  // namespace

CurlSession::Headers* CurlSession::open_headers() {
  if (open_head_ == OpenHead::none || !current_ || current_->connections.empty()) return nullptr;
  auto& made = connection();
  switch (open_head_) {
    case OpenHead::connect:
      return made.connect ? &made.connect->headers : nullptr;
    case OpenHead::request:
      return made.request ? &made.request->headers : nullptr;
    case OpenHead::reply:
      return made.connect_reply ? &made.connect_reply->headers : nullptr;
    case OpenHead::response:
      return made.response ? &made.response->headers : nullptr;
    case OpenHead::earlier_reply:
      return made.earlier_replies.empty() ? nullptr : &made.earlier_replies.back().headers;
    case OpenHead::earlier_response:
      return made.earlier_responses.empty() ? nullptr : &made.earlier_responses.back().headers;
    case OpenHead::none:
      break;
  }
  return nullptr;
}

void CurlSession::sent(const LogLine& line) {
  if (auto request = read_request_line(line.text)) {
    request->where = here();
    report(true);
    auto& made = connection();
    awaits_answer_ = true;
    asked_connect_ = request->method == "CONNECT";
    open_head_ = asked_connect_ ? OpenHead::connect : OpenHead::request;
    if (asked_connect_) {
      if (!made.connect) set_aside_proxy_tls(made);
      if (made.connect_reply)  // it is of the CONNECT before
        keep_earlier(made.earlier_replies, *std::exchange(made.connect_reply, {}));
      made.connect = std::move(request);
      return;
    }
    // The answer to an earlier request on this connection is not the one to this.
    if (made.response) keep_earlier(made.earlier_responses, *std::exchange(made.response, {}));
    made.request = std::move(request);
    return;
  }
  const bool in_request = open_head_ == OpenHead::connect || open_head_ == OpenHead::request;
  if (auto* headers = open_headers(); in_request && headers != nullptr) {
    if (!add_header(*headers, line.text)) open_head_ = OpenHead::none;
    constexpr std::string_view agent = "User-Agent: curl/";
    if (line.text.starts_with(agent) && report().version.empty()) {
      report().version = printable(trimmed(line.text.substr(agent.size())), 32);
    }
    return;
  }
  LogLine typed = line;  // the prompt of FMC's own shell is `> `
  typed.text = typed.whole;
  if (line.text.starts_with("curl ") || line.text.starts_with("wget ")) plain(typed);
}

void CurlSession::received(const LogLine& line) {
  if (auto response = read_status_line(line.text)) {
    response->where = here();
    verbose_ = true;
    awaits_answer_ = false;
    return take_response(std::move(*response));
  }
  const bool in_response = open_head_ != OpenHead::none && open_head_ != OpenHead::connect &&
                           open_head_ != OpenHead::request;
  if (auto* headers = open_headers(); in_response && headers != nullptr) {
    if (trimmed(line.text).empty()) {
      if (open_head_ == OpenHead::reply) connection().connect_reply->ended = true;
      open_head_ = OpenHead::none;
    }
    add_header(*headers, line.text);
    return;
  }
  // Where an answer is due, a line that is no status line is one of another protocol.
  const bool due = awaits_answer_ && current_ && !trimmed(line.text).empty();
  if (due) tell_text(connection().not_http, line.text);
}

/// Nothing but the order says whose answer it is: `<` marks the proxy's and the origin's alike.
bool CurlSession::answers_connect(const LoggedResponse& response,
                                  const LoggedConnection& connection) const {
  if (connection.tunnel) return false;
  if (connection.connect) {
    const bool through = connection.connect_reply && connection.connect_reply->status / 100 == 2;
    return !through && (asked_connect_ || !connection.request);
  }
  return !connection.request && (response.status == 407 || says_established(response));
}

void CurlSession::take_response(LoggedResponse response) {
  auto& made = connection();
  if (answers_connect(response, made)) return take_reply(made, std::move(response));
  take_inner(made, std::move(response));
}

void CurlSession::take_reply(LoggedConnection& made, LoggedResponse response) {
  if (response.status < 200) {
    keep_earlier(made.earlier_replies, std::move(response));
    open_head_ = OpenHead::earlier_reply;
    return;
  }
  if (made.connect_reply)
    keep_earlier(made.earlier_replies, *std::exchange(made.connect_reply, {}));
  made.connect_reply = std::move(response);
  open_head_ = OpenHead::reply;
}

void CurlSession::take_inner(LoggedConnection& made, LoggedResponse response) {
  if (response.status < 200) {
    keep_earlier(made.earlier_responses, std::move(response));
    open_head_ = OpenHead::earlier_response;
    return;
  }
  if (made.response) keep_earlier(made.earlier_responses, *std::exchange(made.response, {}));
  made.response = std::move(response);
  open_head_ = OpenHead::response;
}

/// Without -v, the heads that `-I` printed are all that tells of the answers.
void CurlSession::take_plain_heads() {
  auto heads = std::exchange(plain_.heads, {});
  if (verbose_ || heads.empty()) return;
  if (current_->command.empty() && tcpdump_) return;  // tcpdump's, decoded
  const bool https = std::any_of(current_->command.begin(), current_->command.end(),
                                 [](const auto& word) { return word.starts_with("https://"); });
  auto& made = connection();
  bool tunnelled = made.tunnel.has_value();
  for (auto& head : heads) {
    const bool told = made.connect_reply && made.connect_reply->status == head.status;
    const bool reply = !tunnelled && (told || head.status == 407 || says_established(head) ||
                                      (current_->proxy && https));
    if (told) made.connect_reply.reset();  // from `curl: (56) ...`, with less in it
    if (!reply) {
      take_inner(made, std::move(head));
      continue;
    }
    tunnelled = head.status / 100 == 2;
    if (tunnelled) made.tunnel = head.where;
    take_reply(made, std::move(head));
  }
}

}  // namespace misproxy::evidence
