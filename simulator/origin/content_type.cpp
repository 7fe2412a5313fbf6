#include "origin/content_type.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

/// Source: IANA's registry of media types.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kTypes{{
    {"css", "text/css"},          {"csv", "text/csv"},        {"gif", "image/gif"},
    {"gz", "application/gzip"},   {"htm", "text/html"},       {"html", "text/html"},
    {"jpeg", "image/jpeg"},       {"jpg", "image/jpeg"},      {"js", "text/javascript"},
    {"json", "application/json"}, {"log", "text/plain"},      {"pdf", "application/pdf"},
    {"png", "image/png"},         {"sh", "application/x-sh"}, {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"}, {"txt", "text/plain"},      {"xml", "application/xml"},
    {"xz", "application/x-xz"},   {"zip", "application/zip"},
}};

}  // namespace

std::string_view content_type_of(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  const auto dot = name.rfind('.');
  const auto ending = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  const auto* const found = std::ranges::find_if(
      kTypes, [&](const auto& type) { return same_but_for_case(type.first, ending); });
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

}  // namespace misproxy
