#include "origin/routes.hpp"

#include <fmt/format.h>

#include "core/download_path.hpp"

namespace misproxy {
namespace {

constexpr auto kText = "Content-Type: text/plain";

/// The path of an origin-form or absolute-form target, without its query.
std::string_view path_of(std::string_view target) {
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  return target.substr(0, target.find_first_of("?#"));
}

OriginAnswer too_large() {
  return {400,
          "Bad Request",
          {kText},
          fmt::format("misproxy's origin makes at most {} bytes at /bytes/<n>\n", kMostBodyBytes),
          {}};
}

}  // namespace

OriginAnswer answer_for(std::string_view target, std::string_view authority,
                        std::uint64_t uploaded_bytes) {
  const auto path = path_of(target);
  if (path == "/") {
    return {302, "Found", {fmt::format("Location: https://{}/healthcheck", authority)}, "", {}};
  }
  if (path == "/healthcheck") return {200, "OK", {kText}, "healthy\n", {}};
  if (path == "/upload") {
    return {200, "OK", {kText}, fmt::format("received {} bytes\n", uploaded_bytes), {}};
  }
  if (const auto size = download_path_bytes(path)) {
    if (*size > kMostBodyBytes) return too_large();
    return {200, "OK", {"Content-Type: application/octet-stream"}, "", size};
  }
  return {404,
          "Not Found",
          {kText},
          "misproxy's origin knows /, /healthcheck, /bytes/<n> and /upload\n",
          {}};
}

}  // namespace misproxy
