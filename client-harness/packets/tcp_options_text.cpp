#include "packets/tcp_options_text.hpp"

#include <fmt/format.h>

#include <optional>

#include "packets/byte_view.hpp"

namespace misproxy {
namespace {

constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kNop = 1;
constexpr std::uint8_t kMss = 2;
constexpr std::uint8_t kWindowScale = 3;
constexpr std::uint8_t kSackPermitted = 4;
constexpr std::uint8_t kSack = 5;
constexpr std::uint8_t kTimestamps = 8;
constexpr std::uint8_t kFastOpen = 34;      // RFC 7413
constexpr std::uint8_t kExperiment1 = 253;  // RFC 6994
constexpr std::uint8_t kExperiment2 = 254;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const auto c : bytes)
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string sack_text(std::string_view blocks, std::uint32_t base) {
  if (blocks.size() % 8 != 0) return "sack invalid sack";
  auto text = fmt::format("sack {} ", blocks.size() / 8);
  for (; !blocks.empty(); blocks.remove_prefix(8))
    text += fmt::format("{{{}:{}}}", u32_at(blocks, 0) - base, u32_at(blocks, 4) - base);
  return text;
}

/// Bytes that tcpdump reads behind an option's length, whatever that length says.
std::size_t value_size(std::uint8_t kind, std::size_t size) {
  if (kind == kMss) return 2;
  if (kind == kWindowScale) return 1;
  if (kind == kSackPermitted) return 0;
  if (kind == kTimestamps) return 8;
  return size - 2;
}

std::string fast_open_text(std::string_view cookie) {
  if (cookie.empty()) return " cookiereq";
  if (cookie.size() % 2 != 0 || cookie.size() < 4 || cookie.size() > 16) return "  (invalid)";
  return " cookie " + hex(cookie);
}

/// RFC 6994: a number of 16 bits says what the option is.
std::string experiment_text(std::string_view value) {
  const auto id = u16_at(value, 0);
  if (id != 0xF989) return fmt::format("exp-{:04x}", id);
  return "exp-tfo" + fast_open_text(value.substr(2));
}

std::string_view name_of(std::uint8_t kind) {
  switch (kind) {
    case kMss:
      return "mss";
    case kWindowScale:
      return "wscale";
    case kSackPermitted:
      return "sackOK";
    case kTimestamps:
      return "TS";
    default:
      return "";
  }
}

std::string option_text(std::uint8_t kind, std::string_view value, std::uint32_t sack_base) {
  switch (kind) {
    case kMss:
      return fmt::format("mss {}", u16_at(value, 0));
    case kWindowScale:
      return fmt::format("wscale {}", u8_at(value, 0));
    case kSackPermitted:
      return "sackOK";
    case kSack:
      return sack_text(value, sack_base);
    case kTimestamps:
      return fmt::format("TS val {} ecr {}", u32_at(value, 0), u32_at(value, 4));
    case kFastOpen:
      return "tfo " + fast_open_text(value);
    case kExperiment1:
    case kExperiment2:
      return experiment_text(value);
    default:
      return fmt::format("unknown-{}{}{}", kind, value.empty() ? "" : " 0x", hex(value));
  }
}

/// The text of the first option, which is then taken off; nothing where it has no room.
std::optional<std::string> take_option(std::string_view& options, std::uint32_t sack_base,
                                       std::string& begun) {
  const auto kind = u8_at(options, 0);
  if (kind == kNop) {
    options.remove_prefix(1);
    return "nop";
  }
  const std::size_t size = options.size() > 1 ? u8_at(options, 1) : 0;
  if (size < 2 || size > options.size()) return std::nullopt;
  const auto value = value_size(kind, size);
  const bool experiment = kind == kExperiment1 || kind == kExperiment2;
  if (value + 2 > options.size() || (experiment && value < 2)) {
    begun = experiment ? "exp" : name_of(kind);
    return std::nullopt;
  }
  auto text = option_text(kind, options.substr(2, value), sack_base);
  if (value + 2 != size) text += fmt::format("[len {}]", size);
  options.remove_prefix(value + 2);
  return text;
}

}  // namespace

OptionsText options_text(std::string_view options, std::uint32_t sack_base) {
  OptionsText out;
  bool first = true;
  for (; !options.empty(); first = false) {
    if (!first) out.text += ',';
    if (u8_at(options, 0) == kEnd) {
      out.text += "eol";
      break;
    }
    std::string begun;
    const auto text = take_option(options, sack_base, begun);
    out.bad = !text;
    if (out.bad) {
      out.text += begun + "[bad opt]" + (first ? "" : "]");
      return out;
    }
    out.text += *text;
  }
  out.text += ']';
  return out;
}

}  // namespace misproxy
