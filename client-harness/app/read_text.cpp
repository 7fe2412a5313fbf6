#include "app/read_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace misproxy::app {
namespace {

constexpr std::size_t kLargest = 16UL << 20;  // settings and CAs have kilobytes

}  // namespace

std::optional<std::string> read_text(const std::string& path, std::string& why) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  std::string text;
  std::array<char, 16 * 1024> piece;
  while (file != nullptr && text.size() <= kLargest) {
    const auto count = std::fread(piece.data(), 1, piece.size(), file.get());
    text.append(piece.data(), count);
    if (count == 0) break;
  }
  if (file == nullptr || std::ferror(file.get()) != 0) {
    why = fmt::format("cannot read {}: {}", path, std::strerror(errno));
    return std::nullopt;
  }
  if (text.size() > kLargest) {
    why = fmt::format("{} is over {} bytes", path, kLargest);
    return std::nullopt;
  }
  return text;
}

}  // namespace misproxy::app
