#include "packets/comments.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>

namespace misproxy::evidence {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kSameOrder = 0x1A2B3C4D;
constexpr std::uint32_t kPacket = 6;        // an enhanced packet block
constexpr std::uint32_t kSimplePacket = 3;  // which has no options
constexpr std::uint32_t kOldPacket = 2;
constexpr std::size_t kHead = 8;         // of a block: type and length
constexpr std::size_t kPacketHead = 28;  // up to the frame
constexpr std::size_t kCapturedAt = 20;
constexpr std::uint16_t kComment = 1;
constexpr std::size_t kMost = 10'000;
constexpr std::size_t kMostBytes = 256UL << 20;
constexpr std::size_t kLargestBlock = 1UL << 20;

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

/// Numbers of one section, in its byte order.
class Order {
 public:
  explicit Order(bool swapped) : swapped_(swapped) {}
  std::uint32_t u32(std::string_view bytes, std::size_t at) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value = value << 8 | static_cast<unsigned char>(bytes[at + (swapped_ ? i : 3 - i)]);
    return value;
  }
  std::uint16_t u16(std::string_view bytes, std::size_t at) const {
    const auto low = static_cast<unsigned char>(bytes[at + (swapped_ ? 1 : 0)]);
    const auto high = static_cast<unsigned char>(bytes[at + (swapped_ ? 0 : 1)]);
    return static_cast<std::uint16_t>(high << 8 | low);
  }

 private:
  bool swapped_;  // big endian
};

/// The first comment of an enhanced packet block.
std::string comment_of(std::string_view block, const Order& order) {
  if (block.size() < kPacketHead + 4) return {};
  auto at = kPacketHead + padded(order.u32(block, kCapturedAt));
  while (at + 8 <= block.size()) {
    const auto code = order.u16(block, at);
    const std::size_t size = order.u16(block, at + 2);
    if (code == 0 || at + 4 + size > block.size()) return {};
    if (code == kComment) return std::string(block.substr(at + 4, size));
    at += 4 + padded(size);
  }
  return {};
}

std::map<std::uint64_t, std::string> comments(std::FILE* opened) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(opened, std::fclose);
  std::map<std::uint64_t, std::string> found;
  if (file == nullptr) return found;
  std::array<char, kHead + 4> head{};
  std::string block;
  std::optional<Order> order;
  std::uint64_t number = 0;
  std::size_t total = 0;
  while (found.size() < kMost && total < kMostBytes &&
         std::fread(head.data(), 1, kHead + 4, file.get()) == kHead + 4) {
    const std::string_view begin(head.data(), head.size());
    const auto magic = Order(false).u32(begin, kHead);
    if (Order(false).u32(begin, 0) == kSectionHeader) order.emplace(magic != kSameOrder);
    if (!order) break;
    const auto type = order->u32(begin, 0);
    const std::size_t length = order->u32(begin, 4);
    if (length < kHead + 4 || length > kLargestBlock) break;
    block.assign(begin);
    block.resize(length);
    const auto rest = length - begin.size();
    if (std::fread(block.data() + begin.size(), 1, rest, file.get()) != rest) break;
    total += length;
    if (type == kPacket || type == kSimplePacket || type == kOldPacket) ++number;
    if (type != kPacket) continue;
    if (auto comment = comment_of(block, *order); !comment.empty())
      found.emplace(number, std::move(comment));
  }
  return found;
}

}  // namespace

std::map<std::uint64_t, std::string> packet_comments(const std::string& path) {
  return comments(std::fopen(path.c_str(), "rb"));
}

std::map<std::uint64_t, std::string> packet_comments_in(std::string_view bytes) {
  if (bytes.empty()) return {};
  // It is only read, whatever the signature says.
  return comments(::fmemopen(const_cast<char*>(bytes.data()), bytes.size(), "rb"));
}

}  // namespace misproxy::evidence
