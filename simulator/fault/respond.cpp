#include "fault/respond.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/glob.hpp"

namespace misproxy {
namespace {

std::string_view field_name(std::string_view header) { return header.substr(0, header.find(':')); }

bool is_field(const std::string& header) {
  const auto name = field_name(header);
  return !name.empty() && name.size() < header.size() &&
         name.find_first_of(" \t") == std::string_view::npos;
}

}  // namespace

bool Respond::is_one_line(const std::string& text) {
  return text.find_first_of("\r\n") == std::string::npos;
}

bool Respond::all_are_fields(const std::vector<std::string>& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const std::string& header) {
    return is_field(header) && is_one_line(header);
  });
}

bool Respond::has_header(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [&](const std::string& header) {
    return glob_matches(name, field_name(header));
  });
}

bool Respond::is_success() const {
  if (raw) return glob_matches("HTTP/1.? 2*", *raw);
  return status >= 200 && status < 300;
}

bool Respond::ends_connection() const {
  if (raw) return true;
  const auto says = [&](std::string_view value) {
    return std::any_of(headers.begin(), headers.end(), [&](const std::string& header) {
      return glob_matches("*connection", field_name(header)) &&
             glob_matches(value, std::string_view(header).substr(field_name(header).size()));
    });
  };
  return version == "1.0" ? !says(":*keep-alive*") : says(":*close*");
}

std::string Respond::wire(bool to_connect, bool with_body) const {
  if (raw) return *raw;
  std::string text = fmt::format("HTTP/{} {} {}\r\n", version, status, reason);
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
