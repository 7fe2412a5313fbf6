#include "evidence/har_log.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/ascii.hpp"
#include "evidence/line_signs.hpp"
#include "evidence/text_line.hpp"
#include "evidence/told_connections.hpp"

namespace misproxy::evidence {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostHeaders = 100;

std::string_view text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

const json::object* object_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

/// Milliseconds of one of an entry's phases; 0 where it is not told, or did not come.
double timing(const json::object& entry, std::string_view phase) {
  const auto* timings = object_of(entry, "timings");
  const auto* value = timings == nullptr ? nullptr : timings->if_contains(phase);
  boost::system::error_code error;
  const auto told = value == nullptr ? 0 : value->to_number<double>(error);
  return error || !(told > 0) ? 0 : told;
}

int status_of(const json::object& response) {
  const auto* value = response.if_contains("status");
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  return number != nullptr && *number > 0 && *number < 1000 ? static_cast<int>(*number) : 0;
}

/// What it is that answered, and nothing that a log should not show.
constexpr std::array<std::string_view, 10> kTaken{
    "Server",           "Via",          "X-Squid-Error",  "Proxy-Agent", "Proxy-Authenticate",
    "Proxy-Connection", "Proxy-Status", "Content-Length", "Location",    "X-Cache"};

std::vector<std::pair<std::string, std::string>> headers_of(const json::object& response) {
  std::vector<std::pair<std::string, std::string>> taken;
  const auto* value = response.if_contains("headers");
  const auto* all = value == nullptr ? nullptr : value->if_array();
  if (all == nullptr) return taken;
  for (const auto& each : *all) {
    const auto* header = each.if_object();
    if (header == nullptr || taken.size() == kMostHeaders) continue;
    const auto name = text_of(*header, "name");
    const bool wanted = std::ranges::any_of(
        kTaken, [&](std::string_view known) { return same_but_for_case(known, name); });
    if (wanted) taken.emplace_back(printable(name), printable(text_of(*header, "value")));
  }
  return taken;
}

/// Finds the line on which each value stands: they come in their order.
class Places {
 public:
  Places(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Citation here(std::string_view quote) const { return cite(file_, line_, quote); }

  Citation of(std::string_view value, std::string_view quote) {
    const auto at = value.empty() ? std::string_view::npos : text_.find(value, at_);
    if (at != std::string_view::npos) {
      line_ += static_cast<std::uint64_t>(
          std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                     text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
      at_ = at;
    }
    return cite(file_, line_, quote);
  }

 private:
  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

/// One entry: a request, and what came of it.
class Entry {
 public:
  Entry(const json::object& entry, Places& places) : entry_(entry), places_(places) {}

  std::optional<LoggedConnection> connection() {
    const auto* request = object_of(entry_, "request");
    const auto* response = object_of(entry_, "response");
    if (request == nullptr || response == nullptr) return std::nullopt;
    const auto url = text_of(*request, "url");
    const auto method = text_of(*request, "method");
    const bool connects = method == "CONNECT";  // a proxy has made it: browsers do not show those
    if (!connects && !url.starts_with("http")) return std::nullopt;
    const int status = status_of(*response);
    auto error = error_of(*response);
    if (status == 0 && error.empty()) error = waited_for();
    if (status == 0 && error.empty()) return std::nullopt;  // aborted, or from a cache
    if (connects && status / 100 == 2 && error.empty()) return std::nullopt;  // a tunnel for others
    std::string quote(method);
    quote.append(" ").append(url).append(": ");
    quote += status == 0 ? std::string(error) : std::to_string(status);
    where_ = places_.of(url, quote);
    LoggedConnection made;
    made.ended = true;
    if (connects) {
      connect(made, url, *request, *response, status);
    } else if (status == 0) {
      fail(made, error);
    } else {
      answer(made, *request, *response, status);
    }
    if (error.empty()) return made;
    if (connects)
      made.problem = Told<std::string>{printable(error), where_};
    else if (status != 0)
      break_off(made, error);
    return made;
  }

  /// The name that was not found, where that is why it failed.
  std::optional<Told<std::string>> unresolved() const { return unresolved_; }

 private:
  /// Chromium's `net::ERR_...`, where the devtools save it.
  std::string_view error_of(const json::object& response) const {
    for (const auto* key : {"_error", "_errorText"}) {
      if (const auto text = text_of(response, key); !text.empty()) return text;
      if (const auto text = text_of(entry_, key); !text.empty()) return text;
    }
    return {};
  }

  LoggedResponse response_of(const json::object& response, int status) const {
    LoggedResponse told;
    told.status = status;
    told.reason = printable(text_of(response, "statusText"));
    told.headers = headers_of(response);
    told.ended = true;
    told.where = where_;
    return told;
  }

  /// Of the credentials for the proxy; empty where there are none.
  static std::string scheme_sent(const json::object& request) {
    const auto* value = request.if_contains("headers");
    const auto* all = value == nullptr ? nullptr : value->if_array();
    if (all == nullptr) return {};
    for (const auto& each : *all) {
      const auto* header = each.if_object();
      if (header == nullptr || !same_but_for_case(text_of(*header, "name"), "Proxy-Authorization"))
        continue;
      const auto credentials = text_of(*header, "value");
      return printable(credentials.substr(0, credentials.find(' ')));
    }
    return {};
  }

  void connect(LoggedConnection& made, std::string_view target, const json::object& request,
               const json::object& response, int status) {
    made.connect = LoggedRequest{"CONNECT", printable(target), {}, where_};
    if (const auto scheme = scheme_sent(request); !scheme.empty())
      made.connect->headers.emplace_back("Proxy-Authorization", scheme + " ***");
    if (status == 0) return;
    made.connect_reply = response_of(response, status);
    if (status / 100 == 2) made.tunnel = where_;
  }

  /// Firefox tells no error, but in which phase its time went by.
  std::string_view waited_for() const {
    constexpr double kLong = 1000;
    if (timing(entry_, "wait") >= kLong) return "timed out (timings: wait)";
    if (timing(entry_, "ssl") >= kLong) return "TLS handshake timeout (timings: ssl)";
    if (timing(entry_, "connect") >= kLong) return "connection timed out (timings: connect)";
    return {};
  }

  /// The response had begun.
  void break_off(LoggedConnection& made, std::string_view error) const {
    const auto failure = LineSigns(error).failure();
    if (!failure || *failure == Sign::problem) return;  // aborted, by the page or the user
    made.ended = false;
    made.problem = {printable(error), where_};
  }

  void answer(LoggedConnection& made, const json::object& request, const json::object& response,
              int status) {
    const auto url = text_of(request, "url");
    made.request = LoggedRequest{printable(text_of(request, "method")), printable(url), {}, where_};
    // A browser shows no answer to a CONNECT: what it shows of https:// came inside TLS.
    if (url.starts_with("https:")) {
      made.tls.push_back({true, LoggedTls::Kind::handshake, "Client hello", 1, false, where_});
      made.tls_done = Told<std::string>{printable(url), where_};
    }
    made.response = response_of(response, status);
    std::erase_if(made.response->headers,
                  [](const auto& each) { return same_but_for_case(each.first, "Content-Length"); });
  }

  void fail(LoggedConnection& made, std::string_view error) {
    const LineSigns signs(error);
    const Told<std::string> words{printable(error), where_};
    made.may_be_direct = !contains(error, "_PROXY_");
    switch (signs.failure().value_or(Sign::problem)) {
      case Sign::unresolved:
        unresolved_ = Told<std::string>{std::string(), where_};
        break;
      case Sign::refused:
      case Sign::unreachable:
        made.failed = words;
        break;
      case Sign::verify:
        made.verify_error = words;
        break;
      default:
        (signs.has(Sign::connecting) ? made.failed : made.problem) = words;
    }
    if (!made.failed && timing(entry_, "connect") + timing(entry_, "wait") > 0)
      made.connected = where_;
  }

  const json::object& entry_;
  Places& places_;
  Citation where_;
  std::optional<Told<std::string>> unresolved_;
};

const json::array* entries_of(const json::value& document) {
  const auto* whole = document.if_object();
  const auto* log = whole == nullptr ? nullptr : object_of(*whole, "log");
  const auto* entries = log == nullptr ? nullptr : log->if_contains("entries");
  return entries == nullptr ? nullptr : entries->if_array();
}

}  // namespace

bool is_har(std::string_view text) {
  text = trimmed(text.substr(0, 64 * 1024));
  while (!text.empty() && contains("\r\n\t ", text.substr(0, 1)))
    text.remove_prefix(1);
  return text.starts_with('{') && contains(text.substr(0, 2000), "\"log\"") &&
         (contains(text, "\"entries\"") || contains(text, "\"creator\""));
}

std::vector<ClientReport> read_har(std::string_view text, const std::string& file) {
  boost::system::error_code error;
  const auto document = json::parse(text, error);
  const auto* entries = error ? nullptr : entries_of(document);
  if (entries == nullptr) return {};
  ClientReport report;
  report.tool = "har";
  Places places(text, file);
  for (const auto& each : *entries) {
    const auto* object = each.if_object();
    if (object == nullptr) continue;
    Entry entry(*object, places);
    auto made = entry.connection();
    if (entry.unresolved()) {
      if (!report.unresolved_host) report.unresolved_host = entry.unresolved();
      continue;
    }
    if (made) tell_of(report, *std::move(made), [&] { return places.here("(more requests)"); });
  }
  report.read = report.connections.size();
  return {std::move(report)};
}

}  // namespace misproxy::evidence
