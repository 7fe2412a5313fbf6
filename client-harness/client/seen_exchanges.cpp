#include "client/seen_exchanges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "http/status_reason.hpp"

namespace misproxy {
namespace {

std::string text_of(const TraceValue* value) {
  if (value == nullptr) return {};
  return std::visit([](const auto& each) { return fmt::format("{}", each); }, *value);
}

std::int64_t number_of(const TraceValue* value) {
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? 0 : *number;
}

/// `Name: value`, a line each.
Exchange::Headers headers_of(const TraceLine& line) {
  Exchange::Headers headers;
  const auto all = text_of(line.find_measured("fields"));
  std::string_view rest(all);
  while (!rest.empty()) {
    const auto field = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(field.size() + 1, rest.size()));
    const auto colon = field.find(": ");
    if (colon == std::string_view::npos) continue;
    headers.emplace_back(field.substr(0, colon), field.substr(colon + 2));
  }
  return headers;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

/// One connection's, as its events come.
class Seen {
 public:
  explicit Seen(std::vector<Exchange>& all) : all_(all) {}

  void take(const TraceLine& line) {
    const auto& name = line.event.name;
    const auto at = std::chrono::duration_cast<Instant>(std::chrono::microseconds(line.t_us));
    if (name == "connected") {
      connected_ = at;
    } else if (name == "request" || name == "inner-request") {
      ask(line, at);
    } else if (is_answer(line)) {
      answer(line, at);
    } else if (name == "closed") {
      end(at);
    } else if (auto why = trouble(line); !why.empty() && trouble_.empty()) {
      trouble_ = std::move(why);
      if (const auto* offset = line.find("body_offset"); offset != nullptr && last_)
        made().response_bytes = static_cast<std::uint64_t>(number_of(offset));
    }
    if (last_) made().ended = at;
  }

  /// Nothing more comes, or nothing more is known.
  void end(Instant at) {
    if (!last_) return;
    auto& exchange = made();
    const bool answered = exchange.status != 0;
    if (!answered && trouble_.empty())
      trouble_ = exchange.method == "CONNECT" ? "Proxy CONNECT aborted" : "Empty reply from server";
    exchange.error = std::exchange(trouble_, {});
    exchange.ended = at;
    last_.reset();
  }

 private:
  Exchange& made() { return all_[*last_]; }

  void ask(const TraceLine& line, Instant at) {
    if (last_ && made().status == 0) end(at);
    trouble_.clear();
    const bool inside = line.event.name == "inner-request";
    Exchange exchange;
    exchange.connection = line.connection;
    exchange.method = text_of(line.find("method"));
    exchange.target = text_of(line.find("target"));
    if (inside && exchange.target.starts_with('/')) exchange.target.insert(0, inside_);
    if (exchange.method == "CONNECT") inside_ = origin_of(exchange.target);
    exchange.version = text_of(line.find_measured("http_version"));
    exchange.request_headers = headers_of(line);
    exchange.request_bytes = static_cast<std::uint64_t>(number_of(line.find("body_bytes")));
    exchange.began = exchange.connected = connected_;
    exchange.asked = exchange.ended = at;
    last_ = all_.size();
    all_.push_back(std::move(exchange));
  }

  /// The origin that a CONNECT leads to, as a URL begins.
  static std::string origin_of(const std::string& authority) {
    const auto port = authority.rfind(":443");
    const bool usual = port != std::string::npos && port + 4 == authority.size();
    return "https://" + authority.substr(0, usual ? port : authority.size());
  }

  bool is_answer(const TraceLine& line) const {
    if (!last_ || line.find("status") == nullptr) return false;
    return is_one_of(line.event.name, {"reply", "refuse", "respond", "inner-response"});
  }

  void answer(const TraceLine& line, Instant at) {
    auto& exchange = made();
    exchange.status = static_cast<int>(number_of(line.find("status")));
    exchange.reason = status_reason(exchange.status);
    exchange.response_headers = headers_of(line);
    exchange.response_bytes = static_cast<std::uint64_t>(number_of(line.find("body_bytes")));
    exchange.answered = at;
  }

  /// What ends an exchange before its time; empty where the event does not.
  std::string trouble(const TraceLine& line) const {
    const auto& event = line.event;
    if (event.cause == Cause::injected) return injected(line);
    if (event.name == "tls-failed") return "TLS failed: " + text_of(line.find("why"));
    if (event.name == "closed-after-certificate") return "the client closed after the certificate";
    if (event.name == "client-closed")
      return last_ && all_[*last_].status == 0 ? "the client closed before an answer" : "";
    if (event.cause != Cause::environment && event.name != "response-cut") return {};
    const auto why = text_of(line.find("why"));
    return why.empty() ? event.name : fmt::format("{}: {}", event.name, why);
  }

  std::string injected(const TraceLine& line) const {
    const auto& event = line.event;
    if (event.name == "stall" || event.name == "swallow") return "Operation timed out";
    if (event.name == "tls-alert") return "TLS alert of the proxy's";
    if (event.name == "upstream-reset") return "Connection reset by peer";
    if (event.name != "close") return {};
    if (text_of(line.find("how")) == "rst") return "Connection reset by peer";
    if (!last_ || all_[*last_].status == 0) return {};  // as any close
    return all_[*last_].method == "CONNECT" ? "the tunnel was closed"
                                            : "transfer closed with bytes remaining to read";
  }

  std::vector<Exchange>& all_;
  std::optional<std::size_t> last_;  // of them, this connection's
  Instant connected_{0};
  std::string inside_;
  std::string trouble_;
};

}  // namespace

std::vector<Exchange> seen_exchanges(const std::vector<TraceLine>& trace) {
  std::vector<Exchange> all;
  std::map<std::int64_t, Seen> connections;
  for (const auto& line : trace) {
    if (line.connection != 0)
      connections.try_emplace(line.connection, all).first->second.take(line);
  }
  return all;
}

}  // namespace misproxy
