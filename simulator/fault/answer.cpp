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

}  // namespace

bool Answer::is_one_line(const std::string& text) {
  return text.find_first_of("\r\n") == std::string::npos;
}

bool Answer::all_are_fields(const std::vector<std::string>& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const std::string& header) {
    return is_field(header) && is_one_line(header);
  });
}

bool Answer::has_header(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [&](const std::string& header) {
    return glob_matches(name, field_name(header));
  });
}

std::int64_t Answer::sent_status() const {
  if (!raw) return status;
  std::int64_t found = 0;
  constexpr std::string_view kLine = "HTTP/1.1 ";
  if (glob_matches("HTTP/1.? *", *raw))
    std::from_chars(raw->data() + kLine.size(), raw->data() + raw->size(), found);
  return found;
}

std::vector<std::string> Answer::sent_headers() const {
  if (!raw) return headers;
  std::vector<std::string> lines;
  std::string_view rest = *raw;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    auto line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    lines.emplace_back(line);
    rest.remove_prefix(end + 1);
  }
  return lines;
}

std::optional<std::string> Answer::lacks() const {
  const auto demand = std::ranges::find(kDemands, sent_status(), &Demand::status);
  if (demand == kDemands.end()) return std::nullopt;
  const auto sent = sent_headers();
  const bool there = std::ranges::any_of(sent, [&](const std::string& header) {
    return glob_matches(demand->header, field_name(header));
  });
  if (there) return std::nullopt;
  return fmt::format("a {} without {}; RFC 9110 section {} wants one", demand->status,
                     demand->header, demand->section);
}

bool Answer::is_success() const {
  if (raw) return glob_matches("HTTP/1.? 2*", *raw);
  return status >= 200 && status < 300;
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
