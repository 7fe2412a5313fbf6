#include "capture/tcp_options_text.hpp"

#include <fmt/format.h>

#include "capture/byte_view.hpp"

namespace misproxy {
namespace {

constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kNop = 1;
constexpr std::uint8_t kMss = 2;
constexpr std::uint8_t kWindowScale = 3;
constexpr std::uint8_t kSackPermitted = 4;
constexpr std::uint8_t kSack = 5;
constexpr std::uint8_t kTimestamps = 8;
constexpr std::uint8_t kFastOpen = 34;  // RFC 7413

std::string hex(std::string_view bytes) {
  std::string text;
  for (const auto c : bytes)
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string sack_text(std::string_view blocks, std::uint32_t base) {
  if (blocks.size() % 8 != 0) return "sack invalid";
  auto text = fmt::format("sack {} ", blocks.size() / 8);
  for (; !blocks.empty(); blocks.remove_prefix(8))
    text += fmt::format("{{{}:{}}}", u32_at(blocks, 0) - base, u32_at(blocks, 4) - base);
  return text;
}

/// An option with a length of its own; `value` is what stands behind that.
std::string option_text(std::uint8_t kind, std::string_view value, std::uint32_t sack_base) {
  if (kind == kMss && value.size() == 2) return fmt::format("mss {}", u16_at(value, 0));
  if (kind == kWindowScale && value.size() == 1) return fmt::format("wscale {}", u8_at(value, 0));
  if (kind == kSackPermitted && value.empty()) return "sackOK";
  if (kind == kSack) return sack_text(value, sack_base);
  if (kind == kTimestamps && value.size() == 8)
    return fmt::format("TS val {} ecr {}", u32_at(value, 0), u32_at(value, 4));
  if (kind == kFastOpen && value.empty()) return "tfo  cookiereq";
  if (kind == kFastOpen) return fmt::format("tfo  cookie {}", hex(value));
  return fmt::format("unknown-{}{}{}", kind, value.empty() ? "" : " 0x", hex(value));
}

}  // namespace

OptionsText options_text(std::string_view options, std::uint32_t sack_base) {
  OptionsText out;
  while (!options.empty()) {
    if (!out.text.empty()) out.text += ',';
    const auto kind = u8_at(options, 0);
    if (kind == kEnd) {
      out.text += "eol";
      break;
    }
    std::size_t size = 1;
    if (kind == kNop) {
      out.text += "nop";
    } else {
      size = options.size() > 1 ? u8_at(options, 1) : 0;
      out.bad = size < 2 || size > options.size();
      if (out.bad) break;
      out.text += option_text(kind, options.substr(2, size - 2), sack_base);
    }
    options.remove_prefix(size);
  }
  return out;
}

}  // namespace misproxy
