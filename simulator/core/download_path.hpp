#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace misproxy {

/// The largest body that is made for anybody: 1 TiB.
inline constexpr std::uint64_t kMostBodyBytes = std::uint64_t{1} << 40;

/// The n of the path `/bytes/<n>`, in decimal; beyond `kMostBodyBytes` whatever is beyond it.
/// Nothing for any other path.
std::optional<std::uint64_t> download_path_bytes(std::string_view path);

}  // namespace misproxy
