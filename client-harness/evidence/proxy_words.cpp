#include "evidence/proxy_words.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

struct Words {
  std::string_view program;
  std::string_view part;
  ProxySign sign;
};

/// The first that is found counts. Source: squid 4 to 6, tinyproxy 1.8 to 1.11, nginx 1.x with its
/// proxy and tunnel modules, Apache 2.2 and 2.4 with mod_proxy.
constexpr auto kWords = std::to_array<Words>({
    {"squid", "connect failure", ProxySign::unreached},
    {"squid", "TCP connection to ", ProxySign::unreached},
    {"squid", "No Address records in response", ProxySign::unresolved},
    {"squid", ":http request", ProxySign::client_plain},
    {"squid", "TLS_LIB_ERR=A00009C", ProxySign::client_plain},
    {"squid", "TLS_LIB_ERR=1407609C", ProxySign::client_plain},
    {"squid", "TLS_LIB_ERR=1408F09C", ProxySign::client_plain},
    {"squid", "Error negotiating SSL connection on FD", ProxySign::client_tls},
    {"squid", "accepting a TLS connection", ProxySign::client_tls},
    {"squid", "negotiating TLS", ProxySign::origin_tls},
    {"squid", "Error negotiating SSL on FD", ProxySign::origin_tls},
    {"squid", "establishing a TLS connection", ProxySign::origin_tls},
    {"squid", "certificate verify", ProxySign::origin_tls},
    {"squid", "Host header forgery", ProxySign::forged},
    {"squid", "running out of filedescriptors", ProxySign::busy},

    {"tinyproxy", "Could not establish a connection to", ProxySign::unreached},
    {"tinyproxy", "Could not connect to", ProxySign::unreached},
    {"tinyproxy", "Could not retrieve", ProxySign::unresolved},
    {"tinyproxy", "Proxying refused on filtered", ProxySign::denied},
    {"tinyproxy", "Unauthorized connection from", ProxySign::denied},
    {"tinyproxy", "Refused CONNECT method", ProxySign::denied},
    {"tinyproxy", "Failed auth attempt", ProxySign::unauthorized},
    {"tinyproxy", "Maximum number of connections reached", ProxySign::busy},
    {"tinyproxy", "closed socket before read", ProxySign::client_left},

    {"nginx", "could not be resolved (", ProxySign::unresolved},
    {"nginx", "host not found in upstream", ProxySign::unresolved},
    {"nginx", "client prematurely closed connection", ProxySign::client_left},
    {"nginx", "while connecting to upstream", ProxySign::unreached},
    {"nginx", "while SSL handshaking to upstream", ProxySign::origin_tls},
    {"nginx", "while SSL handshaking, client", ProxySign::client_tls},
    {"nginx", "from upstream", ProxySign::unanswered},
    {"nginx", "while sending request to upstream", ProxySign::unanswered},
    {"nginx", "while reading upstream", ProxySign::unanswered},
    {"nginx", "while proxying upgraded connection", ProxySign::unanswered},
    {"nginx", "client sent invalid method", ProxySign::no_connect},
    {"nginx", "worker_connections are not enough", ProxySign::busy},

    {"apache", "DNS lookup failure", ProxySign::unresolved},
    {"apache", "attempt to connect to", ProxySign::unreached},
    {"apache", "SSL Handshake with remote server", ProxySign::origin_tls},
    {"apache", "SSL Proxy", ProxySign::origin_tls},
    {"apache", "rror reading from remote server", ProxySign::unanswered},
    {"apache", "rror reading status line from remote server", ProxySign::unanswered},
    {"apache", "client denied by server configuration: proxy:", ProxySign::denied},
    {"apache", "Connect to remote machine blocked", ProxySign::denied},
    {"apache", "authentication failure for \"proxy:", ProxySign::unauthorized},
    {"apache", "not found: proxy:", ProxySign::unauthorized},
    {"apache", "server reached MaxRequestWorkers", ProxySign::busy},
});

/// `10:20:58`, perhaps with a fraction; goes from the front.
bool take_clock(std::string_view& text) {
  const auto word = text.substr(0, text.find_first_of(" |"));
  if (word.size() < 8 || word[2] != ':' || word[5] != ':' || !all_digits(word.substr(0, 2)) ||
      !all_digits(word.substr(3, 2)) || !all_digits(word.substr(6, 2)))
    return false;
  text.remove_prefix(word.size());
  return true;
}

/// `2026/11/27 `.
bool take_date(std::string_view& text) {
  if (text.size() < 11 || text[4] != '/' || text[7] != '/' || text[10] != ' ' ||
      !all_digits(text.substr(0, 4)) || !all_digits(text.substr(5, 2)) ||
      !all_digits(text.substr(8, 2)))
    return false;
  text.remove_prefix(11);
  return true;
}

/// `2026/11/27 10:00:05 kid1| `, `2026/11/27 10:00:05 [error] 12#12: *1 `.
std::optional<ProxyLine> slashed(std::string_view text) {
  if (!take_date(text) || !take_clock(text)) return std::nullopt;
  if (take(text, " kid")) {
    const auto kid = text.substr(0, text.find('|'));
    if (!all_digits(kid)) return std::nullopt;
    text.remove_prefix(kid.size());
  }
  if (take(text, "| ")) return ProxyLine{"squid", text};
  if (!take(text, " [")) return std::nullopt;
  const auto level = text.substr(0, std::min(text.find("] "), text.size()));
  if (level.size() > 8 || level.size() == text.size()) return std::nullopt;
  text.remove_prefix(level.size() + 2);
  const auto process = take_word(text);
  if (!contains(process, "#") || !process.ends_with(':')) return std::nullopt;
  return ProxyLine{"nginx", trimmed(text)};
}

bool is_month(std::string_view word) {
  constexpr std::string_view kMonths = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
  return word.size() == 3 && contains(kMonths, word);
}

/// `[Fri Nov 27 10:00:00.403 2026] [proxy:error] [pid 12] `.
std::optional<ProxyLine> bracketed(std::string_view text) {
  if (!take(text, "[")) return std::nullopt;
  const auto weekday = take_word(text);
  const auto month = take_word(text);
  const auto day = take_word(text);
  text = trimmed(text);
  if (weekday.size() != 3 || !is_month(month) || !all_digits(day) || !take_clock(text))
    return std::nullopt;
  const auto end = text.find("] [");
  if (end == std::string_view::npos || end > 8) return std::nullopt;
  text.remove_prefix(end + 2);
  while (text.starts_with('[') && contains(text, "] "))
    text = trimmed(text.substr(text.find("] ") + 2));
  return ProxyLine{"apache", text};
}

/// `ERROR     Nov 27 10:00:00.403 [12]: `.
std::optional<ProxyLine> levelled(std::string_view text) {
  constexpr std::array<std::string_view, 6> kLevels{"CRITICAL", "ERROR",   "WARNING",
                                                    "NOTICE",   "CONNECT", "INFO"};
  if (std::ranges::find(kLevels, take_word(text)) == kLevels.end()) return std::nullopt;
  if (!is_month(take_word(text)) || !all_digits(take_word(text))) return std::nullopt;
  text = trimmed(text);
  if (!take_clock(text) || !take(text, " [")) return std::nullopt;
  const auto process = text.substr(0, std::min(text.find("]: "), text.size()));
  if (!all_digits(process) || process.size() == text.size()) return std::nullopt;
  return ProxyLine{"tinyproxy", text.substr(process.size() + 3)};
}

}  // namespace

std::optional<ProxyLine> proxy_line(std::string_view line) {
  if (line.empty()) return std::nullopt;
  if (line.front() == '[') return bracketed(line);
  return is_digit(line.front()) ? slashed(line) : levelled(line);
}

std::optional<ProxySign> proxy_sign(const ProxyLine& line) {
  const auto* const found = std::ranges::find_if(kWords, [&](const Words& each) {
    return each.program == line.program && contains(line.text, each.part);
  });
  return found == kWords.end() ? std::nullopt : std::optional(found->sign);
}

}  // namespace misproxy::evidence
