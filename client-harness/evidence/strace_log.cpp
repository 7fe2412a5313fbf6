#include "evidence/strace_log.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "evidence/logged_head.hpp"
#include "evidence/text_line.hpp"
#include "evidence/told_connections.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongest = 4096;  // bytes of a line that are looked at

constexpr std::array<std::string_view, 10> kCalls{"connect(", "getsockopt(", "sendto(",   "send(",
                                                  "sendmsg(", "write(",      "recvfrom(", "recv(",
                                                  "read(",    "recvmsg("};

/// `[pid  123] `, `123   `, `10:20:58.123456 ` stand in front of the call.
std::string_view without_front(std::string_view line) {
  line = trimmed(line);
  if (take(line, "[pid ")) {
    const auto end = line.find("] ");
    if (end == std::string_view::npos) return {};
    line = trimmed(line.substr(end + 2));
  }
  for (int words = 0; words < 2 && !line.empty() && is_digit(line.front()); ++words) {
    const auto end = line.find(' ');
    if (end == std::string_view::npos) return {};
    line = trimmed(line.substr(end));
  }
  return line;
}

/// One call: its name, its first argument, and what came of it.
struct Call {
  std::string_view name;
  std::uint64_t descriptor = 0;
  std::string_view arguments;  // behind the first
  std::string_view result;     // `0`, `-1 ECONNREFUSED (Connection refused)`
};

std::optional<Call> call_of(std::string_view line) {
  line = without_front(line);
  const auto* const known =
      std::ranges::find_if(kCalls, [&](std::string_view each) { return line.starts_with(each); });
  if (known == kCalls.end()) return std::nullopt;
  Call call{known->substr(0, known->size() - 1), 0, {}, {}};
  line.remove_prefix(known->size());
  const auto number = take_number(line);
  if (!number) return std::nullopt;
  if (line.starts_with('<')) line.remove_prefix(std::min(line.find(">, "), line.size() - 1) + 1);
  if (!take(line, ", ")) return std::nullopt;
  call.descriptor = *number;
  const auto equals = line.rfind(" = ");
  if (equals == std::string_view::npos) return std::nullopt;
  const auto end = line.find_last_not_of(' ', equals);  // results stand in a column
  if (end == std::string_view::npos || line[end] != ')') return std::nullopt;
  call.arguments = line.substr(0, end);
  call.result = line.substr(equals + 3);
  return call;
}

/// `{sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr("10.1.1.1")}`, and IPv6's.
std::optional<std::pair<std::string, std::uint16_t>> address_of(std::string_view text) {
  const auto at = text.find("_port=htons(");
  if (!contains(text, "AF_INET") || at == std::string_view::npos) return std::nullopt;
  auto rest = text.substr(at + 12);
  const auto port = take_number(rest);
  if (!port || *port == 0 || *port > 0xFFFF) return std::nullopt;
  const auto quote = rest.find('"');
  if (quote == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(quote + 1);
  return std::pair{printable(rest.substr(0, rest.find('"')), 64),
                   static_cast<std::uint16_t>(*port)};
}

/// `-1 ECONNREFUSED (Connection refused)`: the name.
std::string_view error_of(std::string_view result) {
  if (!take(result, "-1 E")) return {};
  return result.substr(0, result.find(' '));
}

/// What the string in the arguments begins with, up to its first end of line.
std::string_view first_line_of(std::string_view arguments) {
  if (!take(arguments, "\"")) return {};
  return arguments.substr(0, std::min(arguments.find("\\r"), arguments.find('"')));
}

/// The head's lines behind the first, as far as strace prints them.
void read_headers(std::string_view arguments, LoggedRequest& request) {
  constexpr std::string_view kEnd = "\\r\\n";
  for (auto at = arguments.find(kEnd); at != std::string_view::npos; at = arguments.find(kEnd)) {
    arguments.remove_prefix(at + kEnd.size());
    const auto line = arguments.substr(0, std::min(arguments.find(kEnd), arguments.size()));
    if (line.empty() || line.size() == arguments.size()) return;
    add_header(request.headers, line);
  }
}

/// What stands in the quotes, as strace escapes it.
std::string_view string_of(std::string_view arguments) {
  if (!take(arguments, "\"")) return {};
  return arguments.substr(0, std::min(arguments.find('"'), arguments.size()));
}

class Strace {
 public:
  explicit Strace(const std::string& file) : file_(file) { report_.tool = "strace"; }

  void take(const Line& line) {
    line_ = {line.text.substr(0, kLongest), line.number};
    if (auto rest = without_front(line_.text); evidence::take(rest, "close(")) {
      if (const auto closed = take_number(rest)) open_.erase(*closed);
      return;
    }
    const auto call = call_of(line_.text);
    if (!call) return;
    if (call->name == "connect") return connect(*call);
    const auto known = open_.find(call->descriptor);
    if (known == open_.end()) return;
    auto& made = report_.connections[known->second];
    if (call->name == "getsockopt") return socket_error(*call, made);
    const bool sends = call->name == "write" || call->name.starts_with("send");
    sends ? sent(*call, made) : received(*call, made, heads_[known->second]);
  }

  std::vector<ClientReport> finish() { return report_of_connections(std::move(report_)); }

 private:
  Citation where() const { return cite(file_, line_.number, line_.text); }
  Told<std::string> words(std::string_view text) const { return {printable(text), where()}; }

  void connect(const Call& call) {
    const auto server = address_of(call.arguments);
    constexpr std::uint16_t kDns = 53;
    open_.erase(call.descriptor);
    if (!server || server->second == kDns) return;
    if (!has_room(report_)) return leave_out(report_, [this] { return where(); });
    auto& made = report_.connections.emplace_back();
    open_[call.descriptor] = report_.connections.size() - 1;
    std::tie(made.server, made.port) = *server;
    made.trying = where();
    made.may_be_direct = true;  // until a CONNECT is seen
    const auto error = error_of(call.result);
    if (call.result.starts_with('0'))
      made.connected = where();
    else if (!error.empty() && error != "INPROGRESS" && error != "INTR")
      made.failed = words(call.result);
  }

  /// `[ECONNREFUSED]`: what came of a connect() that went on in the background.
  void socket_error(const Call& call, LoggedConnection& made) const {
    const auto at = call.arguments.find("SO_ERROR, [");
    if (at == std::string_view::npos) return;
    const auto value = call.arguments.substr(at + 11);
    if (value.starts_with('0'))
      made.connected = where();
    else if (value.starts_with('E') && !made.failed)
      made.failed = words(value.substr(0, value.find(']')));
  }

  void sent(const Call& call, LoggedConnection& made) const {
    ended(call, made);
    if (!error_of(call.result).empty()) return;
    made.connected = made.connected ? made.connected : where();
    auto line = first_line_of(call.arguments);
    if (line.starts_with("\\26\\3") || line.starts_with("\\x16\\x03")) {  // a record of TLS
      if (made.tls.empty())
        made.tls.push_back({true, LoggedTls::Kind::handshake, "Client hello", 1, false, where()});
      return;
    }
    auto request = read_request_line(line);
    if (!request) return;
    request->where = where();
    read_headers(call.arguments, *request);
    const bool connect = request->method == "CONNECT";
    if (connect) made.may_be_direct = false;
    (connect ? made.connect : made.request) = std::move(request);
  }

  /// `head`: what came of one so far. curl reads the answer to its CONNECT byte by byte.
  void received(const Call& call, LoggedConnection& made, std::string& head) const {
    ended(call, made);
    constexpr std::string_view kBegin = "HTTP/";
    constexpr std::string_view kEnd = "\\r\\n";
    constexpr std::size_t kLongestLine = 1000;
    const auto piece = string_of(call.arguments);
    const auto front = std::string_view(head).empty() ? piece.substr(0, kBegin.size()) : kBegin;
    const bool foreign = !piece.empty() && head.empty() && !kBegin.starts_with(front);
    if (foreign && made.connect && !made.connect_reply && !made.not_http)
      made.not_http = words(piece);
    if (piece.empty() || !kBegin.starts_with(front) || head.size() > kLongestLine)
      return head.clear();
    head += piece.substr(0, kLongestLine);
    if (!contains(head, kEnd)) return;
    const auto whole = std::exchange(head, {});
    auto response = read_status_line(std::string_view(whole).substr(0, whole.find(kEnd)));
    if (!response) return;
    response->where = where();
    response->ended = piece.size() < kEnd.size() + 1 || contains(whole, "\\r\\n\\r\\n");
    const bool of_connect = made.connect && !made.connect_reply && !made.request;
    (of_connect ? made.connect_reply : made.response) = std::move(response);
  }

  /// An error, or an end where bytes were due.
  void ended(const Call& call, LoggedConnection& made) const {
    const auto error = error_of(call.result);
    const bool again =
        error == "AGAIN" || error == "WOULDBLOCK" || error == "INTR" || error == "INPROGRESS";
    if (!error.empty() && !again) made.problem = words(call.result);
    const bool reads = call.name == "read" || call.name.starts_with("recv");
    if (!reads || call.result != "0" || made.problem) return;
    made.ended = true;
    if (!made.response && !(made.connect_reply && made.connect_reply->status >= 300))
      made.problem =
          words("connection closed by the other side: " + std::string(call.name) + " gives 0");
  }

  const std::string& file_;
  Line line_;
  ClientReport report_;
  std::map<std::uint64_t, std::size_t> open_;  // by descriptor
  std::map<std::size_t, std::string> heads_;   // that have begun, by connection
};

}  // namespace

bool is_strace_line(std::string_view line) {
  const auto call = call_of(line.substr(0, kLongest));
  return call && call->name == "connect" && contains(call->arguments, "sa_family=AF_INET");
}

std::vector<ClientReport> read_strace(std::string_view text, const std::string& file) {
  Strace trace(file);
  LineReader lines(text);
  while (const auto line = lines.next_with_text())
    trace.take(*line);
  return trace.finish();
}

}  // namespace misproxy::evidence
