#include "origin/routes.hpp"

#include <fmt/format.h>

#include "core/download_path.hpp"
#include "core/target_path.hpp"
#include "http/request_reader.hpp"

namespace misproxy {
namespace {

constexpr auto kText = "Content-Type: text/plain";
constexpr std::string_view kAllow = "Allow: GET, HEAD, OPTIONS";
constexpr std::string_view kAllowUpload = "Allow: GET, HEAD, OPTIONS, POST, PUT";

OriginAnswer too_large() {
  return {400,
          {kText},
          fmt::format("misproxy's origin makes at most {} bytes at /bytes/<n>\n", kMostBodyBytes),
          {}};
}

bool is_route(std::string_view path) {
  return path == "/" || path == "/healthcheck" || path == "/upload" || path == "*" ||
         download_path_bytes(path).has_value();
}

bool allows(std::string_view allow, std::string_view method) {
  const auto at = allow.find(fmt::format(" {}", method));
  if (at == std::string_view::npos) return false;
  const auto behind = allow.substr(at + 1 + method.size());
  return behind.empty() || behind.front() == ',';
}

OriginAnswer found(std::string_view path, std::string_view root, const OriginRequest& request) {
  if (path == "/") {
    return {302, {fmt::format("Location: {}/healthcheck", root)}, "", {}};
  }
  if (path == "/healthcheck") return {200, {kText}, "healthy\n", {}};
  if (path == "/upload")
    return {200,
            {kText},
            fmt::format("received {} bytes, SHA-256 {}\n", request.body_bytes, request.body_sha256),
            {}};
  return {200, {"Content-Type: application/octet-stream"}, "", download_path_bytes(path)};
}

}  // namespace

OriginAnswer answer_for(const OriginRequest& request, std::string_view root) {
  const auto& method = request.method;
  if (!is_known_method(method)) {
    return {501, {kText}, "misproxy's origin has not heard of this method\n", {}};
  }
  const auto path = target_path(request.target);
  if (!is_route(path)) {
    return {404, {kText}, "misproxy's origin knows /, /healthcheck, /bytes/<n> and /upload\n", {}};
  }
  const auto size = download_path_bytes(path);
  if (size && *size > kMostBodyBytes) return too_large();
  const auto allow = path == "*" || path == "/upload" ? kAllowUpload : kAllow;
  if (method == "OPTIONS") return {204, {std::string(allow)}, "", {}};
  if (path == "*" || !allows(allow, method)) {
    return {405, {kText, std::string(allow)}, "misproxy's origin does not do this here\n", {}};
  }
  return found(path, root, request);
}

}  // namespace misproxy
