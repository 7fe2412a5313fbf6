#include "evidence/socket_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kMostRows = 100'000;

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kStatesOfSs{
    {{"ESTAB", "ESTABLISHED"},
     {"SYN-SENT", "SYN_SENT"},
     {"SYN-RECV", "SYN_RECV"},
     {"FIN-WAIT-1", "FIN_WAIT1"},
     {"FIN-WAIT-2", "FIN_WAIT2"},
     {"TIME-WAIT", "TIME_WAIT"},
     {"CLOSE-WAIT", "CLOSE_WAIT"},
     {"LAST-ACK", "LAST_ACK"},
     {"LISTEN", "LISTEN"},
     {"CLOSING", "CLOSING"},
     {"CLOSED", "CLOSE"},
     {"UNCONN", "CLOSE"}}};

constexpr std::array<std::string_view, 15> kStatesOfNetstat{
    "ESTABLISHED", "SYN_SENT",   "SYN_RECV",   "FIN_WAIT1", "FIN_WAIT2",
    "TIME_WAIT",   "CLOSE",      "CLOSE_WAIT", "LAST_ACK",  "LISTEN",
    "CLOSING",     "FIN_WAIT_1", "FIN_WAIT_2", "SYN_RCVD",  "CLOSED"};

std::string_view state_of_ss(std::string_view word) {
  for (const auto& [ss, netstat] : kStatesOfSs) {
    if (word == ss) return netstat;
  }
  return {};
}

std::string_view state_of_netstat(std::string_view word) {
  if (word == "FIN_WAIT_1") return "FIN_WAIT1";
  if (word == "FIN_WAIT_2") return "FIN_WAIT2";
  if (word == "SYN_RCVD") return "SYN_RECV";
  if (word == "CLOSED") return "CLOSE";
  const auto* known = std::find(kStatesOfNetstat.begin(), kStatesOfNetstat.end(), word);
  return known == kStatesOfNetstat.end() ? std::string_view() : *known;
}

/// `[::ffff:10.10.10.1]:80` and `::ffff:10.10.10.1:80` are IPv4 on an IPv6 socket; `%eth0` is a
/// scope; BSD has a dot in front of the port.
std::string address(std::string_view text, bool bsd) {
  std::string made = printable(text, 100);
  if (const auto mapped = made.find("::ffff:"); mapped <= 1 && contains(made, ".")) {
    made.erase(0, mapped + 7);
    std::erase(made, ']');
  }
  if (const auto scope = made.find('%'); scope != std::string::npos) {
    made.erase(scope, made.find_first_of("]:", scope) - scope);
  }
  if (bsd) {
    if (const auto dot = made.rfind('.'); dot != std::string::npos) made[dot] = ':';
  }
  return made;
}

bool has_port(std::string_view text, bool bsd) {
  return contains(text, ":") || (bsd && contains(text, "."));
}

bool read_tail(SocketRow& row, std::string_view& rest, bool bsd) {
  auto receive = take_word(rest);
  auto send = take_word(rest);
  const auto in = take_number(receive);
  const auto out = take_number(send);
  if (!in || !out || !receive.empty() || !send.empty()) return false;
  const auto local = take_word(rest);
  const auto remote = take_word(rest);
  if (!has_port(local, bsd) || !has_port(remote, bsd)) return false;
  row.receive_queue = *in;
  row.send_queue = *out;
  row.local = address(local, bsd);
  row.remote = address(remote, bsd);
  return true;
}

}  // namespace

std::optional<SocketRow> read_socket_row(std::string_view line) {
  // The details of `ss -i` stand indented under their socket.
  if (line.empty() || line.front() == ' ' || line.front() == '\t') return std::nullopt;
  SocketRow row;
  auto word = take_word(line);
  const bool protocol = word == "tcp" || word == "tcp4" || word == "tcp6" || word == "tcp46";
  const bool bsd = word == "tcp4" || word == "tcp46";
  if (protocol) {
    auto ahead = line;
    const auto state = state_of_ss(take_word(ahead));  // `ss -a` names the protocol, too
    if (state.empty()) {
      if (!read_tail(row, line, bsd)) return std::nullopt;
      row.state = state_of_netstat(take_word(line));
      return row.state.empty() ? std::nullopt : std::optional(row);
    }
    word = take_word(line);
  }
  row.state = state_of_ss(word);
  if (row.state.empty() || !read_tail(row, line, false)) return std::nullopt;
  return row;
}

std::vector<SocketRow> read_socket_table(std::string_view text, const std::string& file) {
  std::vector<SocketRow> rows;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    auto row = read_socket_row(line->text);
    if (!row) continue;
    row->where = cite(file, line->number, line->text);
    rows.push_back(std::move(*row));
    if (rows.size() == kMostRows) break;
  }
  return rows;
}

}  // namespace misproxy::evidence
