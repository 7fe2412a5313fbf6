// What wget says of a body, and its short form (-nv), which says of nothing else.
#include "evidence/logged_head.hpp"
#include "evidence/wget_session.hpp"
#include "evidence/wget_words.hpp"

namespace misproxy::evidence {

/// wget tells the URL, and not the request that it makes of it.
void WgetSession::ask() {
  if (!connection().request)
    connection().request = LoggedRequest{"GET", url_.value, {}, url_.where};
}

/// What -nv prints: a line for each file, or the URL and behind it the error. True where nothing
/// more is in the line.
bool WgetSession::short_form(std::string_view text) {
  text = trimmed(text);
  if (const auto file = read_wget_short(text)) {
    begin(file->url);
    ask();
    auto& made = connection();
    made.response = LoggedResponse{200, {}, {}, {}, here()};
    made.ended = true;
    saved(file->counts);
    ended();
    return true;
  }
  const bool url = text.ends_with(':') && contains(text, "://") && !contains(text, " ");
  if (url) {
    failed_url_ = told_text(text.substr(0, text.size() - 1));
    return true;
  }
  if (!failed_url_ || !is_wget_error(text)) return false;
  const auto failed = *failed_url_;
  begin(failed.value);
  url_ = failed;
  ask();
  auto reason = text.substr(text.find("ERROR ") + 6);  // `403: Forbidden.`
  const auto code = reason.substr(0, reason.find(':'));
  reason = trimmed(reason.substr(code.size() + 1));
  if (reason.ends_with('.')) reason.remove_suffix(1);
  status(std::string(code) + " " + std::string(reason));
  return false;
}

// --- the body

bool WgetSession::transfer(std::string_view text) {
  if (text.starts_with("Length: ")) {
    auto rest = text.substr(8);
    if (const auto length = take_number(rest)) report().bytes_expected = told(*length);
    return true;
  }
  if (text == "Retrying." || text.ends_with(" Retrying.")) follows_ = true;
  if (text.starts_with("Remote file exists")) connection().ended = true;
  if (text.starts_with("Giving up.")) return ended(), follows_ = false, true;
  for (const std::string_view mark : {"Read error at byte ", "Connection closed at byte "}) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) continue;
    saved(text.substr(at + mark.size()));
    problem(text);
    report().error = told_text(text);
    return ended(), true;
  }
  for (const std::string_view mark :
       {"Read error (", "No data received.", "Connection timed out", "Operation timed out",
        "Read timed out", "redirections exceeded"}) {
    if (!contains(text.substr(0, 400), mark)) continue;
    problem(text);
    report().error = told_text(text);
    return ended(), true;
  }
  const auto at = text.find(" saved [");
  if (at == std::string_view::npos) return false;
  saved(text.substr(at + 8));
  connection().ended = true;
  return ended(), true;
}

/// `90000/250000`.
void WgetSession::saved(std::string_view counts) {
  const auto received = take_number(counts);
  if (!received) return;
  report().bytes_received = told(*received);
  connection().body_bytes = told(*received);
  if (!take(counts, "/")) return;
  if (const auto expected = take_number(counts)) report().bytes_expected = told(*expected);
}

void WgetSession::problem(std::string_view text) { connection().problem = told_text(text); }

}  // namespace misproxy::evidence
