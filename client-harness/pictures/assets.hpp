#pragma once

#include <span>
#include <string_view>

namespace misproxy::pictures {

/// A file of `page/` that is part of the program.
struct Asset {
  std::string_view name;  // `page.css`
  std::string_view content_type;
  std::string_view text;
};

std::span<const Asset> assets();
/// Null where there is none of that name.
const Asset* find_asset(std::string_view name);

}  // namespace misproxy::pictures
