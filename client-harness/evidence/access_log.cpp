#include "evidence/access_log.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "evidence/text_line.hpp"
#include "evidence/told_connections.hpp"

namespace misproxy::evidence {
namespace {

constexpr int kClientLeft = 499;  // nginx's, which is never sent

/// One request, as its line tells of it.
struct Entry {
  std::string_view method;
  std::string_view target;
  int status = 0;
  std::string_view user{};  // who brought credentials; `-` for nobody
  bool left = false;        // the client did, before the end
};

std::optional<int> status_of(std::string_view digits) {
  if (digits.size() != 3 || !all_digits(digits)) return std::nullopt;
  return static_cast<int>(*take_number(digits));
}

bool is_of_proxy(const Entry& entry) {
  if (entry.method == "CONNECT") return contains(entry.target, ":");
  return entry.target.starts_with("http://") || entry.target.starts_with("ftp://") ||
         entry.target.starts_with("error:");
}

/// Seconds with three digits behind the point, the milliseconds it took, the client, the result.
std::optional<Entry> squid_entry(std::string_view line) {
  const auto time = take_word(line);
  const auto point = time.find('.');
  if (point == std::string_view::npos || time.size() - point != 4 ||
      !all_digits(time.substr(0, point)) || !all_digits(time.substr(point + 1)))
    return std::nullopt;
  const auto took = take_word(line);
  const auto client = take_word(line);
  const auto result = take_word(line);
  const auto bytes = take_word(line);
  const auto slash = result.find('/');
  if (!all_digits(took) || client.empty() || !all_digits(bytes) || slash == result.npos)
    return std::nullopt;
  const auto status = status_of(result.substr(slash + 1));
  if (!status) return std::nullopt;
  Entry entry{take_word(line), {}, *status};
  entry.target = take_word(line);
  entry.user = take_word(line);
  const bool tunnel = entry.method == "CONNECT" && *status == 200;  // whose end says nothing
  entry.left = contains(result, "ABORTED") && !tunnel;
  return entry;
}

/// `client - user [date] "CONNECT a.test:443 HTTP/1.1" 403 0`.
std::optional<Entry> common_entry(std::string_view line) {
  const auto date = line.find(" [");
  const auto quote = line.find("] \"");
  if (date == std::string_view::npos || quote == std::string_view::npos || date > quote)
    return std::nullopt;
  auto rest = line.substr(quote + 3);
  const auto end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  auto request = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  const auto status = status_of(take_word(rest));
  if (!status) return std::nullopt;
  Entry entry{take_word(request), {}, *status};
  entry.target = take_word(request);
  auto front = line.substr(0, date);
  take_word(front);
  take_word(front);
  entry.user = take_word(front);
  entry.left = contains(rest, "_ABORTED:");
  return entry;
}

std::optional<Entry> entry_of(std::string_view line) {
  auto entry = squid_entry(line);
  if (!entry) entry = common_entry(line);
  if (!entry || !is_of_proxy(*entry)) return std::nullopt;
  return entry;
}

LoggedConnection connection_of(const Entry& entry, const Citation& where) {
  LoggedConnection made;
  LoggedRequest request{printable(entry.method), printable(entry.target), {}, where};
  LoggedResponse answer;
  answer.status = entry.status;
  answer.where = where;
  answer.ended = true;
  made.ended = true;
  const bool connect = entry.method == "CONNECT";
  if (entry.target.starts_with("error:")) {  // squid: no request that could be read came
    made.problem = {std::string("no request of HTTP came"), where};
    return made;
  }
  if (!entry.user.empty() && entry.user != "-")
    request.headers.emplace_back("Proxy-Authorization", "***");
  (connect ? made.connect : made.request) = std::move(request);
  if (entry.status == kClientLeft || entry.left)
    made.problem = {std::string("the client closed the connection before its end"), where};
  if (entry.status == kClientLeft) {
    return made;
  } else if (entry.status != 0) {
    (connect ? made.connect_reply : made.response) = std::move(answer);
  }
  return made;
}

}  // namespace

bool is_access_line(std::string_view line) { return entry_of(line).has_value(); }

std::vector<ClientReport> read_access_log(std::string_view text, const std::string& file) {
  ClientReport report;
  report.tool = "proxy";
  LineReader lines(text);
  while (const auto line = lines.next_with_text()) {
    const auto entry = entry_of(line->text);
    if (!entry) continue;
    const auto where = cite(file, line->number, line->text);
    tell_of(report, connection_of(*entry, where), [&] { return where; });
  }
  return report_of_connections(std::move(report));
}

}  // namespace misproxy::evidence
