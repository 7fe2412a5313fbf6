#include "evidence/tcpdump_lines.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "evidence/tcpdump_unwrap.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kMostUtf16 = 64 * 1024 * 1024;

enum class Encoding { bytes, utf16_little, utf16_big };

Encoding encoding_of(std::string_view text) {
  if (text.starts_with("\xff\xfe")) return Encoding::utf16_little;
  if (text.starts_with("\xfe\xff")) return Encoding::utf16_big;
  constexpr std::size_t kLooked = 8;
  if (text.size() < kLooked) return Encoding::bytes;
  bool zeros_at[2] = {true, true};
  for (std::size_t i = 0; i < kLooked; ++i) {
    const bool zero = text[i] == '\0';
    zeros_at[i % 2] = zeros_at[i % 2] && zero;
    zeros_at[(i + 1) % 2] = zeros_at[(i + 1) % 2] && !zero;
  }
  if (zeros_at[1]) return Encoding::utf16_little;
  return zeros_at[0] ? Encoding::utf16_big : Encoding::bytes;
}

/// tcpdump writes ASCII; whatever else somebody wrote around it becomes `?`.
std::string ascii_of_utf16(std::string_view text, bool little) {
  text = text.substr(0, kMostUtf16);
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const auto high = static_cast<unsigned char>(text[little ? i + 1 : i]);
    const auto low = static_cast<unsigned char>(text[little ? i : i + 1]);
    if (high == 0xfe && low == 0xff) continue;  // the mark
    out += high == 0 && low < 0x80 ? static_cast<char>(low) : '?';
  }
  return out;
}

}  // namespace

TcpdumpLines::TcpdumpLines(std::string_view text) : rest_(text) {
  const auto encoding = encoding_of(text);
  if (encoding != Encoding::bytes) {
    decoded_ = std::make_shared<const std::string>(
        ascii_of_utf16(text, encoding == Encoding::utf16_little));
    rest_ = *decoded_;
  }
  take(rest_, "\xef\xbb\xbf");
  if (auto whole = unwrapped(rest_)) {
    decoded_ = std::make_shared<const std::string>(*std::move(whole));
    rest_ = *decoded_;
    unwrapped_ = true;
  }
}

std::optional<std::string_view> TcpdumpLines::next() {
  if (rest_.empty()) return std::nullopt;
  const auto* end = static_cast<const char*>(std::memchr(rest_.data(), '\n', rest_.size()));
  const auto size = end != nullptr ? static_cast<std::size_t>(end - rest_.data()) : rest_.size();
  auto line = rest_.substr(0, size);
  rest_.remove_prefix(std::min(size + 1, rest_.size()));
  number_ += 1 + std::exchange(joined_, 0);
  for (; unwrapped_ && line.ends_with(kJoined); line.remove_suffix(1))
    ++joined_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line.substr(0, kLongestLine);
}

}  // namespace misproxy::evidence
