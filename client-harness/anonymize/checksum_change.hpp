#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace misproxy::anonymize {

/// How bytes that change in their place change the Internet checksum over them: one that was right
/// stays right, whatever of the packet the capture kept, and one that was wrong stays wrong.
/// Source: RFC 1624.
class ChecksumChange {
 public:
  /// Bytes that stand at this offset of what the checksum is of.
  void add(std::size_t offset, std::string_view before, std::string_view after);
  /// The new checksum, big endian at `at`. 0 stays: UDP's word for none.
  void apply(std::string& bytes, std::size_t at) const;

 private:
  std::int64_t sum_ = 0;
};

}  // namespace misproxy::anonymize
