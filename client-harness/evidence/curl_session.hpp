#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"
#include "evidence/curl_lines.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {

/// Makes reports of a log's lines, one after the other (read_curl_log).
///
///     lines -> give -+- remark  what `*` tells        curl_remarks.cpp
///                    +- sent, received  heads         curl_heads.cpp
///                    +- plain  command, exit, -w      curl_plain.cpp
class CurlSession {
 public:
  explicit CurlSession(std::string file) : file_(std::move(file)) {}

  void give(const LogLine& line);
  std::vector<ClientReport> finish();

 private:
  /// The head that the next header line belongs to.
  enum class OpenHead { none, connect, request, reply, earlier_reply, response, earlier_response };
  /// What the last connection that is left out has told since another's end.
  enum class LeftOut { none, trying, connected };
  /// Heads that `-I` printed, where there is no -v.
  struct PlainHeads {
    std::vector<LoggedResponse> heads;
    bool open = false;  // nothing else was printed since the command
    bool in_head = false;
  };
  using Headers = std::vector<std::pair<std::string, std::string>>;

  // --- curl_session.cpp: which report, which connection
  bool overfull() const {
    return reports_.size() >= kMostReports + kSpare || connections_ >= kMostConnections + kSpare;
  }
  bool full() const { return reports_.size() >= kMostReports || connections_ >= kMostConnections; }
  bool leaves_out(const LogLine& line);
  /// The report that a line belongs to, begun where there is none; `work`: the line begins new
  /// work, so that a report that has told its end is over.
  ClientReport& report(bool work = false);
  LoggedConnection& connection();
  LoggedConnection& add_connection(std::string server, std::uint16_t port);
  LoggedConnection* find_connection(std::string_view server);
  void close_report();
  static void finish_connection(LoggedConnection& connection);
  void take_lengths();
  void forget_command();
  Citation here() const { return cite(file_, number_, whole_); }
  template <class T>
  Told<T> told(T value) const {
    return {std::move(value), here()};
  }
  Told<std::string> told_text(std::string_view text) const {
    return told(printable(trimmed(text)));
  }
  /// The first that tells it counts.
  template <class T, class V>
  void tell(std::optional<Told<T>>& fact, V value) {
    if (!fact) fact = told(static_cast<T>(std::move(value)));
  }
  void tell_text(std::optional<Told<std::string>>& fact, std::string_view text) {
    if (!fact) fact = told_text(text);
  }

  // --- curl_remarks.cpp
  /// `own_line`: a `*` line; otherwise what stood behind `curl: (N)`.
  void interpret(std::string_view text, bool own_line);
  bool reaching(std::string_view text);
  bool begins_work(std::string_view text);
  bool tunnel(std::string_view text);
  bool tls(std::string_view text);
  bool certificate(std::string_view text);
  bool transfer(std::string_view text);
  void note_problem(std::string_view text, bool own_line);
  void trying(std::string_view rest);
  void connected(std::string_view rest);
  void failed_to_connect(std::string_view rest, bool one_address);
  void unresolved(std::string_view rest, bool proxy);
  void resolving_timed_out();
  void told_status(std::string_view rest, bool failed);
  void told_no_http(std::string_view text);
  void timed_out(std::string_view rest);

  // --- curl_heads.cpp
  void sent(const LogLine& line);
  void received(const LogLine& line);
  void take_response(LoggedResponse response);
  void take_reply(LoggedConnection& connection, LoggedResponse response);
  void take_inner(LoggedConnection& connection, LoggedResponse response);
  bool answers_connect(const LoggedResponse& response, const LoggedConnection& connection) const;
  Headers* open_headers();
  void take_plain_heads();

  // --- curl_plain.cpp
  void plain(const LogLine& line);
  void prompt(std::string_view line);
  void begin_command(std::string_view command);
  bool ending(std::string_view text);
  void exit_code(std::uint64_t code);
  bool written(std::string_view text);
  bool written_json(std::string_view text);
  void written_value(std::string_view key, std::string_view value);
  bool plain_head(std::string_view text);

  static constexpr std::size_t kMostReports = 4096;
  static constexpr std::size_t kMostConnections = 4096;
  static constexpr std::size_t kSpare = 256;         // of either, where no line tells a beginning
  static constexpr std::size_t kMostMessages = 500;  // of TLS, in one connection

  std::string file_;
  std::vector<ClientReport> reports_;
  std::optional<ClientReport> current_;
  std::size_t connections_ = 0;
  std::optional<Told<std::uint64_t>> left_out_;  // connections
  LeftOut last_left_out_ = LeftOut::none;
  bool told_end_ = false;     // `curl: (N)` was there
  bool closing_ = false;      // `Closing connection` was there: what follows is no cause
  bool verbose_ = false;      // a head came with its mark, so that a plain one is its copy
  bool awaits_exit_ = false;  // `echo $?` was typed
  OpenHead open_head_ = OpenHead::none;
  bool asked_connect_ = false;  // the last request was a CONNECT
  bool awaits_answer_ = false;  // a request was sent, and no status line came
  std::size_t current_connection_ = 0;
  std::optional<Told<std::uint64_t>> meter_received_;
  std::uint64_t meter_total_ = 0;
  PlainHeads plain_;
  bool at_start_ = true;  // of the text: a head without a command may stand there
  bool tcpdump_ = false;  // the text holds such lines, whose HTTP heads are not curl's
  std::string unfinished_command_;
  std::vector<std::string> command_;
  std::optional<Citation> command_at_;
  std::optional<Told<std::string>> proxy_of_command_;
  std::string version_;  // of `curl 8.5.0 (x86_64...`, printed before
  std::string_view whole_;
  std::uint64_t number_ = 0;
};

}  // namespace misproxy::evidence
