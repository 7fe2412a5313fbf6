#include "fault/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/glob.hpp"
#include "http/status_reason.hpp"

namespace misproxy {
namespace {

std::string_view field_name(std::string_view header) { return header.substr(0, header.find(':')); }

bool is_field(const std::string& header) {
  const auto name = field_name(header);
  return !name.empty() && name.size() < header.size() &&
         name.find_first_of(" \t") == std::string_view::npos;
}

/// A header that comes with a status in every response: what RFC 9110 says MUST be sent.
struct Demand {
  std::int64_t status;
  std::string_view header;
  std::string_view section;  // of RFC 9110
};

constexpr std::array kDemands{
    Demand{101, "Upgrade", "15.2.2"},  Demand{401, "WWW-Authenticate", "11.6.1"},
    Demand{405, "Allow", "15.5.6"},    Demand{407, "Proxy-Authenticate", "15.5.8"},
    Demand{426, "Upgrade", "15.5.22"},
};

constexpr std::string_view kEndOfHead = "\r\n\r\n";

/// Of `HTTP/1.1 200 OK`; 0 where there is none.
std::int64_t status_of(std::string_view head) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  std::int64_t status = 0;
  if (glob_matches("HTTP/1.? *", head.substr(0, kVersion.size()))) {
    std::from_chars(head.data() + kVersion.size(), head.data() + head.size(), status);
  }
  return status;
}

/// Those of a head, without their ends.
std::vector<std::string_view> lines_of(std::string_view head) {
  std::vector<std::string_view> lines;
  for (auto end = head.find('\n'); end != std::string_view::npos; end = head.find('\n')) {
    auto line = head.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    lines.push_back(line);
    head.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

bool Answer::is_one_line(const std::string& text) {
  return text.find_first_of("\r\n") == std::string::npos;
}

/// A line that begins with a space or a tab belongs to the one before it: RFC 9112 section 5.2.
bool Answer::is_folded_line(std::string_view text) {
  constexpr std::string_view kLineEnd = "\r\n";
  while (true) {
    const auto end = text.find_first_of(kLineEnd);
    if (end == std::string_view::npos) return true;
    if (!text.substr(end).starts_with(kLineEnd)) return false;
    text.remove_prefix(end + kLineEnd.size());
    if (!text.starts_with(' ') && !text.starts_with('\t')) return false;
  }
}

bool Answer::all_are_fields(const std::vector<std::string>& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const std::string& header) {
    return is_field(header) && is_folded_line(header);
  });
}

bool Answer::has_header(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [&](const std::string& header) {
    return glob_matches(name, field_name(header));
  });
}

std::string Answer::final_head() const {
  auto bytes = wire(false, false);
  if (!raw) return bytes;
  for (const auto& part : more)
    bytes += part.bytes;
  std::string_view head = bytes;
  for (auto end = head.find(kEndOfHead); status_of(head) / 100 == 1 && status_of(head) != 101;
       end = head.find(kEndOfHead)) {
    if (end == std::string_view::npos || end + kEndOfHead.size() == head.size()) break;
    head.remove_prefix(end + kEndOfHead.size());
  }
  return std::string(head);
}

std::int64_t Answer::sent_status() const { return status_of(final_head()); }

std::optional<std::string> Answer::lacks() const {
  const auto head = final_head();
  const auto demand = std::ranges::find(kDemands, status_of(head), &Demand::status);
  if (demand == kDemands.end()) return std::nullopt;
  const auto sent = lines_of(head);
  const bool there = std::ranges::any_of(sent, [&](std::string_view header) {
    return glob_matches(demand->header, field_name(header));
  });
  if (there) return std::nullopt;
  return fmt::format("a {} without {}; RFC 9110 section {} wants one", demand->status,
                     demand->header, demand->section);
}

bool Answer::is_success() const { return !silent && sent_status() / 100 == 2; }

std::int64_t Answer::body_bytes() const {
  auto bytes = raw.value_or(body).size();
  for (const auto& part : more)
    bytes += part.bytes.size();
  return static_cast<std::int64_t>(bytes);
}

bool Answer::ends_connection() const {
  if (keep_alive) return !*keep_alive;
  if (raw) return true;
  const auto says = [&](std::string_view value) {
    return std::any_of(headers.begin(), headers.end(), [&](const std::string& header) {
      return glob_matches("*connection", field_name(header)) &&
             glob_matches(value, std::string_view(header).substr(field_name(header).size()));
    });
  };
  return version == "1.0" ? !says(":*keep-alive*") : says(":*close*");
}

std::string Answer::wire(bool to_connect, bool with_body) const {
  if (raw) return *raw;
  const auto phrase = reason.value_or(std::string(status_reason(static_cast<int>(status))));
  std::string text = fmt::format("HTTP/{} {} {}\r\n", version, status, phrase);
  for (const auto& header : headers)
    fmt::format_to(std::back_inserter(text), "{}\r\n", header);
  const bool bodiless = is_interim() || (to_connect && is_success());
  const bool sized = has_header("content-length") || has_header("transfer-encoding");
  if (!sized && (!bodiless || !body.empty()) && status != 204) {
    fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n", body.size());
  }
  text += "\r\n";
  if (with_body) text += body;
  return text;
}

}  // namespace misproxy
