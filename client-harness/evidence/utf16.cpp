// Texts that Windows wrote, as UTF-8 (recognize.hpp).
#include <cstdint>
#include <utility>

#include "evidence/recognize.hpp"

namespace misproxy::evidence {
namespace {

enum class Encoding { utf8, utf16_le, utf16_be };

/// Latin text in UTF-16 has a NUL in every other byte, always on the same side.
Encoding encoding_of(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return Encoding::utf16_le;
  if (bytes.starts_with("\xFE\xFF")) return Encoding::utf16_be;
  const auto front = bytes.substr(0, 512);
  if (front.size() < 8) return Encoding::utf8;
  std::size_t nuls[2] = {0, 0};
  for (std::size_t i = 0; i < front.size(); ++i) {
    if (front[i] == '\0') ++nuls[i % 2];
  }
  const std::size_t most = front.size() / 2 * 9 / 10;
  if (nuls[1] >= most && nuls[0] == 0) return Encoding::utf16_le;
  if (nuls[0] >= most && nuls[1] == 0) return Encoding::utf16_be;
  return Encoding::utf8;
}

void append(std::string& out, std::uint32_t point) {
  const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) {
    byte(0xC0 | (point >> 6));
  } else {
    if (point < 0x10000) {
      byte(0xE0 | (point >> 12));
    } else {
      byte(0xF0 | (point >> 18));
      byte(0x80 | ((point >> 12) & 0x3F));
    }
    byte(0x80 | ((point >> 6) & 0x3F));
  }
  byte(0x80 | (point & 0x3F));
}

std::string decode(std::string_view bytes, bool little) {
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint32_t>(little ? second << 8 | first : first << 8 | second);
  };
  std::string out;
  out.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto high = unit(i);
    const bool first_half = high >= 0xD800 && high < 0xDC00 && i + 3 < bytes.size();
    const auto low = first_half ? unit(i + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      append(out, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
      i += 2;
    } else {
      append(out, high >= 0xD800 && high < 0xE000 ? 0xFFFD : high);
    }
  }
  return out;
}

}  // namespace

bool is_utf16(std::string_view bytes) { return encoding_of(bytes) != Encoding::utf8; }

std::string to_utf8(std::string bytes) {
  const std::string_view view = bytes;
  const auto encoding = encoding_of(view);
  if (encoding == Encoding::utf8) {
    if (view.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
    return bytes;
  }
  const bool marked = view.starts_with("\xFF\xFE") || view.starts_with("\xFE\xFF");
  return decode(view.substr(marked ? 2 : 0), encoding == Encoding::utf16_le);
}

}  // namespace misproxy::evidence
