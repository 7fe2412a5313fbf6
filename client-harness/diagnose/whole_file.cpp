#include "diagnose/whole_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "evidence/recognize.hpp"
#include "packets/unpacker.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::size_t kBeginning =
    192 * 1024;                            // more than a block of zstd's, which is of one piece
constexpr std::size_t kMuch = 32UL << 20;  // bytes; what comes behind them may be a lot

Unusable too_large(const std::string& path, bool capture) {
  return {capture
              ? fmt::format("{}: more than 512 MiB through a pipe; give the path of a file", path)
              : fmt::format("{}: a text of more than 512 MiB; cut out what matters", path)};
}

}  // namespace

Unusable too_large_inside(const std::string& path) { return too_large(path, false); }

Unusable too_large_for_utf16(const std::string& path) {
  return {fmt::format("{}: a text of more than 256 MiB in UTF-16; cut out what matters", path)};
}

bool is_capture(std::string_view begin) {
  constexpr std::size_t kLooked = 16;
  const auto inside = unpacked(begin.substr(0, kBeginning), kLooked).bytes;
  return evidence::recognize(inside) == std::vector{evidence::Form::capture};
}

std::string read_beginning(std::FILE* file) {
  std::string begin(kBeginning, '\0');
  begin.resize(std::fread(begin.data(), 1, begin.size(), file));
  return begin;
}

bool comes_once(const std::string& path) {
  if (path == "-") return true;
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

Unusable unreadable(const std::string& path) {
  return {fmt::format("cannot read {}: {}", path, std::strerror(errno)), true};
}

std::optional<Unusable> read_rest(const std::string& path, std::FILE* file, std::string& text) {
  std::array<char, 65536> piece;
  // A text that grows as it comes would stand in memory twice; what is not used of this costs none.
  struct stat status {};
  const bool told = ::fstat(::fileno(file), &status) == 0 && S_ISREG(status.st_mode);
  if (told && static_cast<std::uint64_t>(status.st_size) > kMostText)
    return too_large(path, is_capture(text));
  if (told) text.reserve(text.size() + static_cast<std::size_t>(status.st_size));
  while (const auto count = std::fread(piece.data(), 1, piece.size(), file)) {
    if (text.size() > kMuch) text.reserve(kMostText + piece.size());
    text.append(piece.data(), count);
    if (text.size() > kMostText)
      return too_large(path, is_capture(std::string_view(text).substr(0, piece.size())));
  }
  if (std::ferror(file) != 0) return unreadable(path);
  return std::nullopt;
}

std::variant<std::string, Unusable> read_whole(const std::string& path) {
  const File file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return unreadable(path);
  std::string text;
  if (auto why = read_rest(path, file.get(), text)) return *std::move(why);
  if (text.empty()) return Unusable{fmt::format("{} is empty", path)};
  return text;
}

}  // namespace misproxy::diagnose
