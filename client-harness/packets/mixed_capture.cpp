#include "packets/mixed_capture.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace misproxy {
namespace {

enum BlockType : std::uint32_t {
  kSection = 0x0A0D0D0A,
  kInterface = 1,
  kOldPacket = 2,
  kSimplePacket = 3,
  kPacket = 6,
};

constexpr std::uint32_t kSameOrder = 0x1A2B3C4D;
constexpr std::uint32_t kOtherOrder = 0x4D3C2B1A;
constexpr std::size_t kLeast = 12;  // of a block: its type, and its length at both ends
constexpr std::size_t kMost = 16UL << 20;
constexpr std::size_t kMostInterfaces = 4096;

std::chrono::nanoseconds time_of(std::uint64_t ticks, unsigned resolution, std::int64_t offset_s) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kMostSeconds =
      std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  std::uint64_t seconds = 0;
  std::uint64_t rest = 0;
  if (const unsigned power = resolution & 0x7FU; (resolution & 0x80U) != 0) {
    seconds = power < 64 ? ticks >> power : 0;
    const auto part = power < 64 ? ticks - (seconds << power) : ticks;
    const unsigned finest = std::min(power, 30U);  // the product stays a number
    rest = power - finest < 64 ? (part >> (power - finest)) * kSecond >> finest : 0;
  } else {
    std::uint64_t unit = 1;
    for (unsigned i = 0; i < std::min(power, 19U); ++i)
      unit *= 10;
    seconds = ticks / unit;
    rest = unit > kSecond ? ticks % unit / (unit / kSecond) : ticks % unit * (kSecond / unit);
  }
  const auto whole = static_cast<std::int64_t>(std::min<std::uint64_t>(seconds, kMostSeconds));
  const auto moved = offset_s > -kMostSeconds && offset_s < kMostSeconds ? whole + offset_s : whole;
  return std::chrono::seconds(std::clamp<std::int64_t>(moved, 0, kMostSeconds)) +
         std::chrono::nanoseconds(rest);
}

}  // namespace

std::uint16_t MixedCapture::u16(std::size_t at) const {
  std::uint16_t value = 0;
  std::memcpy(&value, block_.data() + at, sizeof value);
  return other_order_ ? __builtin_bswap16(value) : value;
}

std::uint32_t MixedCapture::u32(std::size_t at) const {
  std::uint32_t value = 0;
  std::memcpy(&value, block_.data() + at, sizeof value);
  return other_order_ ? __builtin_bswap32(value) : value;
}

std::optional<MixedCapture::Frame> MixedCapture::end(std::string why) {
  why_ = std::move(why);
  return std::nullopt;
}

/// False at the end, and where it is none.
bool MixedCapture::read_block() {
  block_.resize(kLeast);
  const auto count = std::fread(block_.data(), 1, kLeast, file_.get());
  if (count < kLeast) {
    if (count > 0) why_ = "the file ends in the middle of a block";
    return false;
  }
  std::memcpy(&type_, block_.data(), sizeof type_);
  if (type_ == kSection) {
    other_order_ = false;
    const auto order = u32(8);
    other_order_ = order == kOtherOrder;
    if (order != kSameOrder && order != kOtherOrder) {
      why_ = "a section without its byte order";
      return false;
    }
    interfaces_.clear();
  }
  type_ = u32(0);
  const std::size_t length = u32(4);
  if (length < kLeast || length > kMost) {
    why_ = "a block of an impossible length";
    return false;
  }
  block_.resize(length);
  if (std::fread(block_.data() + kLeast, 1, length - kLeast, file_.get()) < length - kLeast) {
    why_ = "the file ends in the middle of a block";
    return false;
  }
  block_.resize(length - 4);
  return true;
}

void MixedCapture::take_interface() {
  if (block_.size() < 16 || interfaces_.size() == kMostInterfaces) return;
  Interface interface { u16(8), u32(12), 6, 0 };
  for (std::size_t at = 16; at + 4 <= block_.size();) {
    const auto code = u16(at);
    const std::size_t size = u16(at + 2);
    if (code == 0 || at + 4 + size > block_.size()) break;
    if (code == 9 && size == 1) interface.resolution = static_cast<unsigned char>(block_[at + 4]);
    if (code == 14 && size == 8) {
      const auto low = u32(at + 4 + (other_order_ ? 4 : 0));
      const std::uint64_t high = u32(at + 4 + (other_order_ ? 0 : 4));
      interface.offset_s = static_cast<std::int64_t>(high << 32 | low);
    }
    at += 4 + ((size + 3) & ~std::size_t{3});
  }
  interfaces_.push_back(interface);
}

std::optional<MixedCapture::Frame> MixedCapture::frame_of(std::size_t interface,
                                                          std::uint64_t ticks, std::size_t at,
                                                          std::size_t captured,
                                                          std::size_t length) const {
  if (interface >= interfaces_.size()) return std::nullopt;
  const auto& from = interfaces_[interface];
  const auto bytes = std::string_view(block_).substr(at, captured);
  return Frame{time_of(ticks, from.resolution, from.offset_s), std::max(length, bytes.size()),
               bytes, from.link_type};
}

/// Nothing where the block is none of a packet, or of none that can be told.
std::optional<MixedCapture::Frame> MixedCapture::frame() const {
  if ((type_ == kPacket || type_ == kOldPacket) && block_.size() >= 28) {
    const auto ticks = std::uint64_t{u32(12)} << 32 | u32(16);
    return frame_of(type_ == kPacket ? u32(8) : u16(8), ticks, 28, u32(20), u32(24));
  }
  if (type_ == kSimplePacket && block_.size() >= 12 && !interfaces_.empty()) {
    const std::size_t length = u32(8);
    const auto snap = interfaces_.front().snap_length;
    return frame_of(0, 0, 12, snap == 0 ? length : std::min<std::size_t>(length, snap), length);
  }
  return std::nullopt;
}

std::optional<MixedCapture::Frame> MixedCapture::next() {
  while (read_block()) {
    if (type_ == kInterface) take_interface();
    if (type_ != kPacket && type_ != kOldPacket && type_ != kSimplePacket) continue;
    auto found = frame();
    return found ? found : end("a packet of no interface");
  }
  return std::nullopt;
}

}  // namespace misproxy
