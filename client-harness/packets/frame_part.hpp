#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace misproxy {

/// A part of a frame: as far as it was captured, and how long it was on the wire.
struct FramePart {
  std::string_view bytes;
  std::size_t length = 0;

  /// What stands behind so many bytes; nothing where fewer were captured.
  std::optional<FramePart> behind(std::size_t count) const {
    if (bytes.size() < count || length < count) return std::nullopt;
    return FramePart{bytes.substr(count), length - count};
  }
};

/// What was found in a frame or a tunnel.
struct Inside {
  enum class What { nothing, ip, encrypted };

  What what = What::nothing;
  FramePart ip;                   // from the IP header on
  std::optional<FramePart> more;  // a Wi-Fi frame may hold several packets: the rest of it
};

}  // namespace misproxy
