#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {

/// Makes reports of wget's lines, one after the other (read_wget_log).
class WgetSession {
 public:
  explicit WgetSession(std::string file) : file_(std::move(file)) {}

  void give(const Line& line);
  std::vector<ClientReport> finish();

 private:
  ClientReport& report();
  LoggedConnection& connection();
  void close_report();
  Citation here() const { return cite(file_, number_, line_); }
  template <class T>
  Told<T> told(T value) const {
    return {std::move(value), here()};
  }
  Told<std::string> told_text(std::string_view text) const;

  bool frame(std::string_view text);
  bool reaching(std::string_view text);
  bool answer(std::string_view text);
  bool tls(std::string_view text);
  bool transfer(std::string_view text);
  bool head_line(std::string_view text);
  void begin(std::string_view text);
  void connecting(std::string_view rest);
  bool outcome_below(std::string_view text);
  void outcome_of(std::string_view outcome);
  void reusing(std::string_view rest);
  void resolving(std::string_view rest);
  void refused_tunnel(std::string_view reason);
  void pass_tunnel();
  /// wget tells the URL, and of its CONNECT with -d alone.
  LoggedRequest connect_asked() const {
    return {"CONNECT", url_host_.empty() ? std::string() : url_host_ + ":443", {}, here()};
  }
  void unread_reply(std::string_view text);
  void status(std::string_view text);
  void saved(std::string_view counts);
  void problem(std::string_view text);
  void ended() { ended_ = true; }
  bool proxied() const;
  bool leaves_out(std::string_view text);
  bool short_form(std::string_view text);
  void ask();

  bool overfull() const {
    return reports_.size() >= kMostReports + kSpare || connections_ >= kMostConnections + kSpare;
  }
  bool full() const { return reports_.size() >= kMostReports || connections_ >= kMostConnections; }

  static constexpr std::size_t kMostReports = 4096;
  static constexpr std::size_t kMostConnections = 4096;
  static constexpr std::size_t kSpare = 256;  // of either, where no line tells a beginning

  std::string file_;
  std::vector<ClientReport> reports_;
  std::optional<ClientReport> current_;
  std::size_t connections_ = 0;
  std::optional<Told<std::uint64_t>> left_out_;  // connections
  bool awaits_connection_ = false;               // of those, the last told only its URL
  bool ended_ = false;                           // it said how it came out
  bool follows_ = false;      // the next request is the same work: a redirect, a retry
  bool asking_ = false;       // inside `---request begin---`
  bool head_is_due_ = false;  // of -S: the response's, on the lines below
  bool answering_ = false;    // header lines of -S or -d may come
  Told<std::string> url_;
  std::optional<Told<std::string>> failed_url_;  // of -nv: its error stands on the next line
  std::string url_host_;
  bool https_ = false;
  std::string_view line_;
  std::uint64_t number_ = 0;
};

}  // namespace misproxy::evidence
