#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// Reads a pcapng file of several interfaces with link types or snapshot lengths of their own,
/// which libpcap refuses. Source: draft-ietf-opsawg-pcapng, section 4.
class MixedCapture {
 public:
  struct Frame {
    std::chrono::nanoseconds time{};
    std::size_t length = 0;  // that it had
    std::string_view bytes;  // hold until the next
    int link_type = 0;
  };

  /// From the beginning of `file`, which it closes.
  explicit MixedCapture(std::FILE* file) : file_(file, std::fclose) {}

  /// Nothing at the end, and where a block is broken: `why` says which it was.
  std::optional<Frame> next();
  const std::string& why() const { return why_; }

 private:
  struct Interface {
    int link_type = 0;
    std::uint32_t snap_length = 0;
    unsigned resolution = 6;  // as the option has it: a power of 10, or of 2 with the highest bit
    std::int64_t offset_s = 0;
  };

  bool read_block();
  std::optional<Frame> end(std::string why);
  void take_interface();
  std::optional<Frame> frame() const;
  std::optional<Frame> frame_of(std::size_t interface, std::uint64_t ticks, std::size_t at,
                                std::size_t captured, std::size_t length) const;
  std::uint16_t u16(std::size_t at) const;
  std::uint32_t u32(std::size_t at) const;

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  bool other_order_ = false;  // than this machine's
  std::uint32_t type_ = 0;
  std::string block_;  // from its type on, without the length at its end
  std::vector<Interface> interfaces_;
  std::string why_;
};

}  // namespace misproxy
