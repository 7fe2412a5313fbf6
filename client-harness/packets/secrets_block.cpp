#include "packets/secrets_block.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>

#include "packets/unpacker.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kSecrets = 0x0000000A;
constexpr std::uint32_t kSameOrder = 0x1A2B3C4D;
constexpr std::uint32_t kOtherOrder = 0x4D3C2B1A;
constexpr std::size_t kHead = 12;
constexpr int kMostBlocks = 10'000;  // secrets stand before the packets that need them

std::uint32_t swapped(std::uint32_t value) { return __builtin_bswap32(value); }

/// Passes over so many bytes; a stream that is unpacked cannot be put forward.
bool pass_over(std::FILE* file, std::size_t count) {
  if (std::fseek(file, static_cast<long>(count), SEEK_CUR) == 0) return true;
  std::array<char, 4096> piece;
  while (count > 0) {
    const auto read = std::fread(piece.data(), 1, std::min(count, piece.size()), file);
    if (read == 0) return false;
    count -= read;
  }
  return true;
}

bool holds_secrets(std::FILE* opened) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(opened, std::fclose);
  if (file == nullptr) return false;
  bool other_order = false;
  std::array<std::uint32_t, 3> head{};  // type, length, and a section's byte order
  for (int i = 0; i < kMostBlocks; ++i) {
    if (std::fread(head.data(), 1, kHead, file.get()) != kHead) return false;
    if (head[0] == kSectionHeader) {
      if (head[2] != kSameOrder && head[2] != kOtherOrder) return false;
      other_order = head[2] == kOtherOrder;
    } else if (i == 0) {
      return false;
    }
    const auto type = other_order ? swapped(head[0]) : head[0];
    const auto length = other_order ? swapped(head[1]) : head[1];
    if (type == kSecrets) return true;
    if (length < kHead || !pass_over(file.get(), length - kHead)) return false;
  }
  return false;
}

}  // namespace

bool holds_secrets(const std::string& path) {
  auto* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  std::string begin(4, '\0');
  begin.resize(std::fread(begin.data(), 1, begin.size(), file));
  const auto packing = packing_of(begin);
  if (packing == Packing::none) {
    std::rewind(file);
    return holds_secrets(file);
  }
  Unpacker unpacker(file, std::move(begin), packing);
  return holds_secrets(open_unpacked(unpacker));
}

bool holds_secrets_in(std::string_view bytes) {
  if (bytes.empty()) return false;
  if (const auto packing = packing_of(bytes); packing != Packing::none) {
    Unpacker unpacker(bytes, packing);
    return holds_secrets(open_unpacked(unpacker));
  }
  // It is only read, whatever the signature says.
  return holds_secrets(::fmemopen(const_cast<char*>(bytes.data()), bytes.size(), "rb"));
}

}  // namespace misproxy::evidence
