#include "pictures/speech.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnose/quote.hpp"
#include "packets/byte_view.hpp"
#include "packets/http_text.hpp"
#include "packets/tls_text.hpp"

namespace misproxy::pictures {
namespace {

constexpr std::size_t kRecordHeader = 5;
constexpr std::size_t kSeen = 9;  // of a record, to tell which handshake message it begins with
constexpr std::size_t kMostLabels = 4;
constexpr std::string_view kEncrypted = "Encrypted Application Data";

/// Several records of one kind are one word.
void note(std::vector<std::string>& labels, std::string_view label) {
  if (label == kEncrypted) label = "TLS data";
  if (labels.empty() || labels.back() != label) labels.emplace_back(label);
}

std::string joined(const std::vector<std::string>& labels) {
  if (labels.size() <= kMostLabels) return fmt::format("{}", fmt::join(labels, ", "));
  return fmt::format("{} ...", fmt::join(labels.begin(), labels.begin() + kMostLabels, ", "));
}

/// `GET /a HTTP/1.1` without what every request ends with, and `HTTP/1.1 200 OK` likewise.
std::string_view without_version(std::string_view line) {
  if (const auto at = line.rfind(" HTTP/"); at != std::string_view::npos) return line.substr(0, at);
  if (line.starts_with("HTTP/")) return line.substr(std::min(line.find(' ') + 1, line.size()));
  return line;
}

}  // namespace

std::string head_line(std::string_view payload) {
  auto line = payload.substr(0, payload.find('\n'));
  if (line.find("HTTP/") == std::string_view::npos || !begins_http(payload, false)) return {};
  if (line.ends_with('\r')) line.remove_suffix(1);
  return diagnose::shown(without_version(line), 200);
}

void Speech::take_records(std::string_view bytes, std::vector<std::string>& labels) {
  while (!bytes.empty()) {
    if (left_ > 0) {
      if (labels.empty()) note(labels, record_);
      const auto some = std::min<std::uint64_t>(left_, bytes.size());
      left_ -= some;
      bytes.remove_prefix(static_cast<std::size_t>(some));
      continue;
    }
    const auto before = header_.size();
    header_ += bytes.substr(0, kSeen - std::min(kSeen, before));
    const auto label = tls_text(header_);
    if (header_.size() >= kRecordHeader && label.empty()) {  // it is none after all
      header_.clear();
      note(labels, "data");
      return;
    }
    if (header_.size() < kRecordHeader) return;
    note(labels, label);
    record_ = label;
    left_ = kRecordHeader + u16_at(header_, 3) - before;
    header_.clear();
  }
}

Speech::Said Speech::take(std::string_view payload, std::size_t cut) {
  if (left_ == 0 && header_.empty()) {
    if (auto line = head_line(payload); !line.empty()) {
      head_open_ = payload.find("\r\n\r\n") == std::string_view::npos && cut == 0;
      tls_ = false;
      return {Tone::head, std::move(line)};
    }
    if (head_open_) {
      head_open_ = payload.find("\r\n\r\n") == std::string_view::npos;
      return {Tone::head, "... the head goes on"};
    }
    tls_ = tls_ ? payload.empty() || !tls_text(payload).empty() || payload.size() < kRecordHeader
                : !tls_text(payload).empty();
  }
  if (!tls_) return {Tone::data, "data"};
  std::vector<std::string> labels;
  const bool inside = left_ > 0;
  take_records(payload, labels);
  left_ -= std::min<std::uint64_t>(left_, cut);
  if (inside && labels.size() > 1 && labels.front() == "TLS data") labels.erase(labels.begin());
  const auto label = labels.empty() ? "TLS data" : joined(labels);
  return {label == "TLS data" || label == "data" ? Tone::data : Tone::tls, label};
}

}  // namespace misproxy::pictures
