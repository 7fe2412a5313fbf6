#include "evidence/proxy_log.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "evidence/line_signs.hpp"
#include "evidence/proxy_words.hpp"
#include "evidence/text_line.hpp"
#include "evidence/told_connections.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongest = 4096;  // bytes of a line that are looked at

/// What stands right before the host that a message is about.
constexpr auto kBeforeHost = std::to_array<std::string_view>({
    "upstream: \"",            // nginx
    "host: \"",                // nginx
    "request: \"CONNECT ",     // nginx
    "attempt to connect to ",  // Apache
    "ailure for: ",            // Apache
    "from remote server ",     // Apache
    "returned by ",            // Apache
    "configuration: proxy:",   // Apache
    "for \"proxy:",            // Apache
    "onnect() to ",            // nginx
    "remote=",                 // squid
    "TCP connection to ",      // squid
    "response to '",           // squid
    "connection to ",          // tinyproxy
    "info for ",               // tinyproxy
    "domain \"",               // tinyproxy
    "url \"",                  // tinyproxy
});

/// A URL, `host:port`, squid's `host/port`, or a host alone.
std::pair<std::string, std::uint16_t> host_at(std::string_view text) {
  const auto word = text.substr(0, text.find_first_of(" \"',;()"));
  if (const auto scheme = word.find("://"); scheme != std::string_view::npos) {
    auto server = server_of_url(word);
    if (server.second == 0) server.second = word.starts_with("https") ? 443 : 80;
    return server;
  }
  auto rest = word;
  const auto slash = rest.find('/');
  if (slash != std::string_view::npos) {
    auto port = rest.substr(slash + 1);
    const auto number = take_number(port);
    if (number && *number <= 0xFFFF && port.empty())
      return {printable(rest.substr(0, slash)), static_cast<std::uint16_t>(*number)};
    rest = rest.substr(0, slash);
  }
  while (rest.ends_with(':') || rest.ends_with('.'))
    rest.remove_suffix(1);
  return split_server(rest);
}

std::pair<std::string, std::uint16_t> host_of(std::string_view text) {
  for (const auto mark : kBeforeHost) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) continue;
    auto found = host_at(text.substr(at + mark.size()));
    if (!found.first.empty() && found.first.size() < 256)
      return {printable(found.first), found.second};
  }
  return {};
}

/// `b.test could not be resolved (3: Host not found)`.
std::string unresolved_host(std::string_view text) {
  const auto at = text.find(" could not be resolved (");
  if (at == std::string_view::npos) return host_of(text).first;
  const auto front = text.substr(0, at);
  return printable(after_last(front, " ").value_or(front));
}

class ProxyLog {
 public:
  explicit ProxyLog(const std::string& file) : file_(file) { report_.tool = "proxy"; }

  void take(const Line& whole) {
    const auto line = proxy_line(whole.text.substr(0, kLongest));
    if (!line) return;
    const auto sign = proxy_sign(*line);
    if (!sign) return;
    number_ = whole.number;
    text_ = line->text;
    whole_ = whole.text;
    tell_of(report_, connection_of(*sign), [this] { return where(); });
  }

  std::vector<ClientReport> finish() { return report_of_connections(std::move(report_)); }

 private:
  Citation where() const { return cite(file_, number_, whole_); }

  LoggedConnection connection_of(ProxySign sign) const {
    switch (sign) {
      case ProxySign::unresolved:
      case ProxySign::unreached:
      case ProxySign::unanswered:
      case ProxySign::origin_tls:
        return behind_the_proxy(sign);
      case ProxySign::client_tls:
        return tls_of_client();
      case ProxySign::client_plain:
        return plain_client();
      case ProxySign::denied:
        return answered(403);
      case ProxySign::forged:
        return answered(409);
      case ProxySign::unauthorized:
        return answered(407);
      case ProxySign::no_connect:
        return answered(405);
      case ProxySign::busy:
        return answered(503);
      case ProxySign::client_left:
        break;
    }
    auto made = asked();
    made.problem = {std::string("the client closed the connection"), where()};
    return made;
  }

  /// The client's connection, and its CONNECT.
  LoggedConnection asked() const {
    LoggedConnection made;
    const auto [host, port] = host_of(text_);
    const auto target = port == 0 ? host : host + ":" + std::to_string(port);
    made.connect = LoggedRequest{"CONNECT", target, {}, where()};
    made.ended = true;
    return made;
  }

  LoggedConnection answered(int status) const {
    auto made = asked();
    if (status == 409) made.connect->target.clear();  // the line has addresses alone
    if (status == 407) made.connect->headers.emplace_back("Proxy-Authorization", "Basic ***");
    made.connect_reply = LoggedResponse{};
    made.connect_reply->status = status;
    made.connect_reply->where = where();
    made.connect_reply->ended = true;
    return made;
  }

  /// An https:// proxy, of a client that takes it for one of http://: it is closed unanswered.
  LoggedConnection plain_client() const {
    auto made = asked();
    made.connect->target.clear();
    made.problem = {"the proxy wants TLS and closed the connection: " + printable(text_), where()};
    return made;
  }

  LoggedConnection tls_of_client() const {
    LoggedConnection made;
    made.problem = {printable(text_), where()};
    return made;
  }

  LoggedConnection behind_the_proxy(ProxySign sign) const {
    LoggedConnection made;
    made.upstream = true;
    std::tie(made.server, made.port) = host_of(text_);
    if (sign == ProxySign::unresolved) made.server = unresolved_host(text_);
    const bool untrusted = LineSigns(text_).has(Sign::verify);
    auto& slot = sign == ProxySign::origin_tls && untrusted                      ? made.verify_error
                 : sign == ProxySign::unresolved || sign == ProxySign::unreached ? made.failed
                                                                                 : made.problem;
    const std::string_view what = sign == ProxySign::unresolved ? "Could not resolve host: " : "";
    slot = {std::string(what) + printable(text_), where()};
    return made;
  }

  const std::string& file_;
  std::string_view text_;
  std::string_view whole_;
  std::uint64_t number_ = 0;
  ClientReport report_;
};

}  // namespace

bool is_proxy_log_line(std::string_view line) { return proxy_line(line).has_value(); }

std::vector<ClientReport> read_proxy_log(std::string_view text, const std::string& file) {
  ProxyLog log(file);
  LineReader lines(text);
  while (const auto line = lines.next_with_text())
    log.take(*line);
  return log.finish();
}

}  // namespace misproxy::evidence
