#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// What the embedded origin answers. The body is `text`, or a download of `download_bytes`.
struct OriginAnswer {
  int status = 200;
  std::vector<std::string> headers;
  std::string text;
  std::optional<std::uint64_t> download_bytes;

  std::uint64_t body_bytes() const { return download_bytes.value_or(text.size()); }
};

/// What the embedded origin is asked, by HTTP/1.x or by HTTP/2.
struct OriginRequest {
  std::string_view method;
  std::string_view target;
  std::uint64_t body_bytes = 0;
};

/// The routes: `/` redirects to `/healthcheck` (302), which is 200; `/bytes/<n>` is a download of n
/// bytes, n in decimal up to 2^40, and 400 beyond; `/upload` says how many bytes came; all else is
/// 404. Queries are passed over. Each takes GET and HEAD, and `/upload` POST and PUT; OPTIONS is
/// answered with 204, other methods with 405, both with Allow, and what is no method with 501 (RFC
/// 9110 section 9.1). `root`: of the origin's URLs: scheme, host,
/// and the port where it is not the usual one.
OriginAnswer answer_for(const OriginRequest& request, std::string_view root);

}  // namespace misproxy
