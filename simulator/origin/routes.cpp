#include "origin/routes.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

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

std::optional<std::uint64_t> download_size(std::string_view path) {
  constexpr std::string_view prefix = "/bytes/";
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  std::uint64_t size = 0;
  const auto* end = path.data() + path.size();
  const auto [stop, error] = std::from_chars(path.data(), end, size);
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (error != std::errc{} || stop != end || size > most) return std::nullopt;
  return size;
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
  if (const auto size = download_size(path)) {
    return {200, "OK", {"Content-Type: application/octet-stream"}, "", size};
  }
  return {404,
          "Not Found",
          {kText},
          "misproxy's origin knows /, /healthcheck, /bytes/<n> and /upload\n",
          {}};
}

}  // namespace misproxy
