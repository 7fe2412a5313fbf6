#include "anonymize/voice.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "anonymize/http_framing.hpp"
#include "anonymize/http_head.hpp"
#include "anonymize/mask.hpp"
#include "anonymize/tls_bytes.hpp"
#include "diagnose/http_text.hpp"
#include "packets/byte_view.hpp"

namespace misproxy::anonymize {
namespace {

constexpr std::size_t kMostHead = 64 * 1024;
constexpr std::size_t kMostLine = 80;
constexpr std::size_t kMostOpen = 64;
constexpr std::size_t kRecordHead = 5;

enum ContentType : std::uint8_t { kChangeCipher = 20, kAlert = 21, kHandshake = 22 };

bool is_record(std::string_view begin) {
  return u8_at(begin, 0) >= 20 && u8_at(begin, 0) <= 24 && (begin.size() < 2 || begin[1] == 3);
}

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

/// `SSH-2.0-OpenSSH_9.2`, `220`, `EHLO`: what tells the protocol, and nobody's.
bool tells_the_protocol(std::string_view word) {
  const auto is = [&](auto each) { return std::all_of(word.begin(), word.end(), each); };
  const bool number = word.size() == 3 && is([](char c) { return c >= '0' && c <= '9'; });
  const bool command = word.size() <= 8 && is([](char c) { return c >= 'A' && c <= 'Z'; });
  return number || command || word.starts_with("SSH-");
}

}  // namespace

void Voice::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto taken = step(bytes);
    offset_ += taken;
    bytes.remove_prefix(taken);
  }
}

/// How many of them are done with.
std::size_t Voice::step(std::string_view bytes) {
  const auto part = [&] { return std::min<std::uint64_t>(left_, bytes.size()); };
  switch (mode_) {
    case Mode::start:
      return choose(bytes);
    case Mode::head:
      return head(bytes);
    case Mode::body: {
      const auto size = part();
      if (left_ != kToTheEnd) left_ -= size;
      if (left_ == 0) mode_ = Mode::start;
      return size;
    }
    case Mode::chunk: {
      const auto size = part();
      left_ -= size;
      if (left_ == 0) mode_ = Mode::chunk_end;
      return size;
    }
    case Mode::chunk_size:
    case Mode::chunk_end:
      return size_line(bytes);
    case Mode::record:
      return record(bytes);
    case Mode::opaque:
      return bytes.size();
  }
  return bytes.size();
}

std::size_t Voice::choose(std::string_view bytes) {
  held_.clear();
  held_from_ = offset_;
  if (bytes.front() == '\r' || bytes.front() == '\n') {  // between two messages
    shown_.add(offset_, bytes.substr(0, 1));
    return 1;
  }
  if (is_record(bytes)) {
    mode_ = Mode::record;
  } else if (bytes.front() >= 'A' && bytes.front() <= 'Z') {
    mode_ = Mode::head;
  } else {
    opaque(bytes);
  }
  return 0;
}

/// Something else than HTTP and TLS: its first word, where that tells what it is, and how long its
/// first line is.
void Voice::opaque(std::string_view bytes) {
  mode_ = Mode::opaque;
  const auto end = std::find_if_not(bytes.begin(), bytes.end(), is_printable);
  auto line = bytes.substr(0, static_cast<std::size_t>(end - bytes.begin()));
  line = line.substr(0, kMostLine);
  if (line.empty()) return;
  const auto word = line.substr(
      0, std::min(line.starts_with("SSH-") ? line.find('-', 4) : line.find(' '), line.size()));
  const auto kept = tells_the_protocol(word) ? word.size() : 0;
  shown_.add(held_from_, std::string(line.substr(0, kept)) + masked(line.substr(kept)));
  const auto rest = bytes.substr(line.size());
  if (rest.starts_with("\r\n")) shown_.add(held_from_ + line.size(), "\r\n");
}

std::size_t Voice::head(std::string_view bytes) {
  const auto before = held_.size();
  held_ += bytes.substr(0, kMostHead);
  const auto end = diagnose::head_end(held_);
  if (!end) {
    if (held_.size() > kMostHead) end_head();
    return std::min(bytes.size(), kMostHead);
  }
  held_.resize(*end);
  end_head();
  return *end - before;
}

void Voice::end_head() {
  const auto text = std::exchange(held_, {});
  Framing framing{false, kToTheEnd};
  if (text.starts_with("HTTP/")) {
    const auto response = diagnose::read_response(text);
    if (response) framing = framing_of(*response, open_.empty() ? "" : open_.front());
    const auto status = response ? response->status : 0;
    if (!open_.empty() && (status / 100 != 1 || status == 101)) open_.pop_front();
  } else if (const auto request = diagnose::read_request(text)) {
    framing = framing_of(*request);
    asked_ = true;
    if (open_.size() < kMostOpen) open_.push_back(request->method);
  } else {
    opaque(text);
    return;
  }
  shown_.add(held_from_, disguised_head(text, pseudonyms_));
  left_ = framing.length;
  mode_ = framing.chunked ? Mode::chunk_size : left_ > 0 ? Mode::body : Mode::start;
}

/// A chunk's size, or the end of its data; a trailer is masked. Source: RFC 9112 section 7.1.
std::size_t Voice::size_line(std::string_view bytes) {
  if (held_.empty()) held_from_ = offset_;
  const auto newline = bytes.find('\n');
  const auto size = std::min(newline, bytes.size() - 1) + 1;
  held_ += bytes.substr(0, size);
  if (newline == std::string_view::npos) {
    if (held_.size() > kMostHead) mode_ = Mode::opaque;
    return size;
  }
  const auto line = std::exchange(held_, {});
  if (mode_ == Mode::chunk_end) {
    shown_.add(held_from_, line == "\r\n" || line == "\n" ? line : masked(line));
    mode_ = Mode::chunk_size;
    return size;
  }
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), length, 16);
  const auto digits = static_cast<std::size_t>(end - line.data());
  const bool good = error == std::errc{};
  shown_.add(held_from_, line.substr(0, digits) + masked(std::string_view(line).substr(digits)));
  left_ = length;
  if (good && length > 0)
    mode_ = Mode::chunk;
  else if (line == "\r\n" || line == "\n")
    mode_ = Mode::start;  // behind the last chunk and its trailers
  return size;
}

std::size_t Voice::record(std::string_view bytes) {
  if (in_record_) {
    const auto size = std::min<std::uint64_t>(left_, bytes.size());
    const bool clear = record_type_ == kAlert || record_type_ == kChangeCipher ||
                       (record_type_ == kHandshake && !encrypted_);
    if (clear) held_ += bytes.substr(0, size);
    left_ -= size;
    if (left_ == 0) end_record();
    return size;
  }
  if (held_.empty()) held_from_ = offset_;
  const auto part = bytes.substr(0, kRecordHead - held_.size());
  held_ += part;
  if (held_.size() == kRecordHead) begin_record();
  return part.size();
}

void Voice::begin_record() {
  shown_.add(held_from_, held_);
  record_type_ = u8_at(held_, 0);
  left_ = u16_at(held_, 3);
  const bool good = is_record(held_) && left_ <= 16384 + 2048;
  held_.clear();
  held_from_ += kRecordHead;
  in_record_ = left_ > 0;
  if (!good) mode_ = Mode::opaque;
}

void Voice::end_record() {
  in_record_ = false;
  const auto body = std::exchange(held_, {});
  if (record_type_ == kAlert || record_type_ == kChangeCipher) shown_.add(held_from_, body);
  if (record_type_ == kChangeCipher) encrypted_ = true;
  if (record_type_ != kHandshake || body.empty()) return;
  handshake_ += body;
  handshake_at_.emplace_back(held_from_, body.size());
  std::string whole;
  while (handshake_.size() - whole.size() >= 4) {
    const auto rest = std::string_view(handshake_).substr(whole.size());
    const std::size_t size = 4 + (u32_at(rest, 0) & 0xFFFFFFU);
    if (rest.size() < size) break;
    whole += disguised_handshake(rest.substr(0, size), pseudonyms_);
  }
  if (whole.size() < handshake_.size() && handshake_.size() < kMostHead) return;
  for (const auto& [offset, size] : handshake_at_) {
    shown_.add(offset, std::string_view(whole).substr(0, size));
    whole.erase(0, size);
  }
  handshake_.clear();
  handshake_at_.clear();
}

/// Of a record that is not whole nothing is shown.
void Voice::forget_record() {
  held_.clear();
  handshake_.clear();
  handshake_at_.clear();
  record_type_ = 0;
}

void Voice::skip(std::uint64_t count) {
  if (mode_ == Mode::head) end_head();
  const bool within = mode_ == Mode::body || mode_ == Mode::chunk || in_record_;
  offset_ += count;
  if (within && count < left_) {
    if (left_ != kToTheEnd) left_ -= count;
    if (in_record_) forget_record();
    return;
  }
  if (in_record_ && count == left_) {
    left_ = 0;
    in_record_ = false;
    return forget_record();
  }
  if (within && count == left_ && mode_ != Mode::record) {
    left_ = 0;
    mode_ = mode_ == Mode::body ? Mode::start : Mode::chunk_end;
    return;
  }
  held_.clear();
  mode_ = Mode::opaque;
}

void Voice::begin_anew() {
  if (mode_ != Mode::body && mode_ != Mode::opaque) return;
  held_.clear();
  mode_ = Mode::start;
}

void Voice::finish() {
  if (mode_ == Mode::head && !held_.empty()) end_head();
}

}  // namespace misproxy::anonymize
