#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace misproxy::evidence {

/// The bytes of a packet that -x, -X or -A print below it.
///
/// Of hexadecimal digits the whole packet is known: its payload is what stands behind the headers.
/// -A shows headers as if they were letters, and leaves out what cannot be printed: of it, only an
/// HTTP head can be found again.
class TcpdumpDump {
 public:
  static constexpr std::size_t kMostBytes = 256 * 1024;

  /// `0x0010:  0a28 2801 0050 d458  .((..P.X`, without white space in front. False: another line.
  bool take_hex(std::string_view line);
  void take_ascii(std::string_view line);

  bool empty() const { return hex_.empty() && ascii_.empty(); }
  /// Of a segment between these ports with `length` bytes; holds until the next call.
  std::string_view payload(std::uint16_t source_port, std::uint16_t destination_port,
                           std::uint32_t length) const;
  void clear();

 private:
  std::string hex_;
  std::string ascii_;
};

}  // namespace misproxy::evidence
