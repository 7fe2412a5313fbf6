#include "http/chunked_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

constexpr std::uint64_t kLargestChunk = std::numeric_limits<std::int64_t>::max();

}  // namespace

std::size_t ChunkedBody::feed(std::string_view bytes, const BodySink& sink) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !complete() && !error_) {
    if (step_ == Step::payload) {
      taken += take_payload(bytes.substr(taken), sink);
    } else {
      take(bytes[taken++]);
    }
  }
  return taken;
}

std::size_t ChunkedBody::take_payload(std::string_view bytes, const BodySink& sink) {
  const auto piece = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
  if (sink) sink(piece);
  left_ -= piece.size();
  if (left_ == 0) step_ = Step::end;
  return piece.size();
}

void ChunkedBody::take(char c) {
  if (++line_bytes_ > line_limit_) {
    error_ = fmt::format("a chunk's header or trailers over {} bytes", line_limit_);
    return;
  }
  switch (step_) {
    case Step::first_digit:
    case Step::size:
      return take_size(c);
    case Step::extension:
      if (c == '\n') end_size_line();
      return;
    case Step::size_lf:
      if (c == '\n') return end_size_line();
      error_ = "a chunk's size is followed by no line end";
      return;
    case Step::end:
    case Step::end_lf:
      if (c == '\n') return start_size_line();
      if (c == '\r' && step_ == Step::end) {
        step_ = Step::end_lf;
      } else {
        error_ = "a chunk is followed by no line end";
      }
      return;
    case Step::trailer:
      return take_trailer(c);
    case Step::payload:
    case Step::complete:
      return;
  }
}

void ChunkedBody::take_size(char c) {
  if (const int digit = hex_digit(c); digit >= 0) {
    const auto value = static_cast<std::uint64_t>(digit);
    if (left_ > (kLargestChunk - value) / 16) {
      error_ = "a chunk's size is over 2^63 - 1";
      return;
    }
    left_ = left_ * 16 + value;
    step_ = Step::size;
  } else if (step_ == Step::first_digit) {
    error_ = "a chunk's size is no hexadecimal number";
  } else if (c == '\n') {
    end_size_line();
  } else if (c == '\r') {
    step_ = Step::size_lf;
  } else if (c == ';' || c == ' ' || c == '\t') {
    step_ = Step::extension;
  } else {
    error_ = "a chunk's size is no hexadecimal number";
  }
}

/// Ends with the first empty line.
void ChunkedBody::take_trailer(char c) {
  if (c == '\n') {
    if (trailer_line_empty_) step_ = Step::complete;
    trailer_line_empty_ = true;
  } else if (c != '\r') {
    trailer_line_empty_ = false;
  }
}

void ChunkedBody::end_size_line() {
  line_bytes_ = 0;
  step_ = left_ == 0 ? Step::trailer : Step::payload;
}

void ChunkedBody::start_size_line() {
  line_bytes_ = 0;
  step_ = Step::first_digit;
}

}  // namespace misproxy
