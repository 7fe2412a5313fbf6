#include "core/download_path.hpp"

#include <charconv>

namespace misproxy {

std::optional<std::uint64_t> download_path_bytes(std::string_view path) {
  constexpr std::string_view prefix = "/bytes/";
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  std::uint64_t size = 0;
  const auto* end = path.data() + path.size();
  const auto [stop, error] = std::from_chars(path.data(), end, size);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc{} ? size : UINT64_MAX;
}

}  // namespace misproxy
