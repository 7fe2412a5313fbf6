#include "http/response_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace misproxy {
namespace {

/// Of one line, its end included: curl's limit for the answer to CONNECT, and what Beast's fields
/// can hold.
constexpr std::size_t kConnectLineLimit = 16 * 1024;
constexpr std::size_t kLineLimit = 60 * 1024;

}  // namespace

ResponseReader::ResponseReader(RequestKind kind, std::size_t head_limit)
    : kind_(kind),
      head_limit_(head_limit),
      line_limit_(kind == RequestKind::connect ? kConnectLineLimit : kLineLimit),
      chunks_(line_limit_) {}

std::size_t ResponseReader::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !head_ && !error_) {
    taken += feed_line(bytes.substr(taken));
  }
  if (head_ && !error_ && !complete()) taken += feed_body(bytes.substr(taken));
  return taken;
}

/// Takes at most one line, and no byte over a limit.
std::size_t ResponseReader::feed_line(std::string_view bytes) {
  const auto line_end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
  const auto line_room = line_limit_ - (text_.size() - line_start_);
  const auto taken = std::min({line_end, line_room, head_limit_ - text_.size()});
  text_ += bytes.substr(0, taken);
  check_line();
  return taken;
}

void ResponseReader::check_line() {
  const auto line = std::string_view(text_).substr(line_start_);
  if (line_start_ == 0) error_ = status_line_error(line);
  if (error_) return;
  if (line == "\r\n" || line == "\n") return end_head();
  if (text_.size() >= head_limit_) {
    error_ = fmt::format("a response head over {} bytes", head_limit_);
  } else if (line.ends_with('\n')) {
    line_start_ = text_.size();
  } else if (line.size() >= line_limit_) {
    error_ = fmt::format("a header line over {} bytes", line_limit_);
  }
}

void ResponseReader::end_head() {
  auto parsed = parse_response_head(text_, kind_);
  if (auto* error = std::get_if<std::string>(&parsed)) {
    error_ = std::move(*error);
    return;
  }
  head_ = std::get<ResponseHead>(std::move(parsed));
  text_.clear();
}

std::size_t ResponseReader::feed_body(std::string_view bytes) {
  if (head_->chunked) {
    const auto taken = chunks_.feed(bytes, [this](std::string_view piece) { give(piece); });
    error_ = chunks_.error();
    return taken;
  }
  if (head_->content_length) {
    bytes = bytes.substr(0, std::min(*head_->content_length - body_bytes_,
                                     static_cast<std::uint64_t>(bytes.size())));
  }
  if (!bytes.empty()) give(bytes);
  return bytes.size();
}

void ResponseReader::give(std::string_view piece) {
  body_bytes_ += piece.size();
  if (sink_) sink_(piece);
}

ResponseReader::AtEnd ResponseReader::end_of_input() {
  if (!head_ && text_.empty()) return AtEnd::empty;
  input_ended_ = true;
  return complete() ? AtEnd::complete : AtEnd::truncated;
}

bool ResponseReader::complete() const {
  if (!head_ || error_) return false;
  if (!head_->has_body) return true;
  if (head_->chunked) return chunks_.complete();
  return head_->content_length ? body_bytes_ == *head_->content_length : input_ended_;
}

}  // namespace misproxy
