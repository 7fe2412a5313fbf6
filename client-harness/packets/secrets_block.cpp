#include "packets/secrets_block.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>

namespace misproxy::evidence {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kSecrets = 0x0000000A;
constexpr std::uint32_t kSameOrder = 0x1A2B3C4D;
constexpr std::uint32_t kOtherOrder = 0x4D3C2B1A;
constexpr int kMostBlocks = 10'000;  // secrets stand before the packets that need them

std::uint32_t swapped(std::uint32_t value) { return __builtin_bswap32(value); }

bool holds_secrets(std::FILE* opened) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(opened, std::fclose);
  if (file == nullptr) return false;
  bool other_order = false;
  std::array<std::uint32_t, 3> head{};  // type, length, and a section's byte order
  long at = 0;
  for (int i = 0; i < kMostBlocks && std::fseek(file.get(), at, SEEK_SET) == 0; ++i) {
    if (std::fread(head.data(), sizeof(std::uint32_t), head.size(), file.get()) != head.size())
      return false;
    if (head[0] == kSectionHeader) {
      if (head[2] != kSameOrder && head[2] != kOtherOrder) return false;
      other_order = head[2] == kOtherOrder;
    } else if (at == 0) {
      return false;
    }
    const auto type = other_order ? swapped(head[0]) : head[0];
    const auto length = other_order ? swapped(head[1]) : head[1];
    if (type == kSecrets) return true;
    if (length < 12) return false;
    at += static_cast<long>(length);
  }
  return false;
}

}  // namespace

bool holds_secrets(const std::string& path) {
  return holds_secrets(std::fopen(path.c_str(), "rb"));
}

bool holds_secrets_in(std::string_view bytes) {
  if (bytes.empty()) return false;
  // It is only read, whatever the signature says.
  return holds_secrets(::fmemopen(const_cast<char*>(bytes.data()), bytes.size(), "rb"));
}

}  // namespace misproxy::evidence
