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
  std::string reason = "OK";
  std::vector<std::string> headers;
  std::string text;
  std::optional<std::uint64_t> download_bytes;

  std::uint64_t body_bytes() const { return download_bytes.value_or(text.size()); }
};

/// The routes: `/` redirects to `/healthcheck` (302), which is 200; `/bytes/<n>` is a download of n
/// bytes, n in decimal up to 2^40, and 400 beyond; `/upload` says how many bytes came; all else is
/// 404. Queries are passed over. `authority`: the host, and the port where it is not 443.
OriginAnswer answer_for(std::string_view target, std::string_view authority,
                        std::uint64_t uploaded_bytes);

}  // namespace misproxy
