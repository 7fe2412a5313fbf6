#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy::evidence {

/// The bytes behind `=> Send header, 122 bytes (0x7a)` in curl's traces, as lines again.
///
/// `--trace-ascii` writes `0026: text`, at most 64 characters and then on in the next line; only
/// the offset tells whether a CRLF stood between. `--trace` writes 16 bytes in hexadecimal digits.
class TraceDump {
 public:
  struct HeadLine {
    std::string text;
    std::uint64_t number = 0;  // of the line in which it begins
  };

  /// `kept`: its lines are wanted; those of bodies and TLS are passed over.
  void begin(bool kept);
  bool open() const { return open_; }
  /// False where `text` is no line of a dump: then this one is over.
  bool line(std::string_view text, std::uint64_t number,
            const std::function<void(const std::optional<HeadLine>&)>& give);
  /// The last line of the dump, where one is still held.
  std::optional<HeadLine> end();

 private:
  using Give = std::function<void(const std::optional<HeadLine>&)>;
  void ascii(std::uint64_t offset, std::string_view text, std::uint64_t number, const Give& give);
  void bytes(std::string_view decoded, std::uint64_t number, const Give& give);

  bool open_ = false;
  bool kept_ = false;
  std::uint64_t next_ = 0;  // the offset at which the held line would go on
  std::optional<HeadLine> held_;
};

}  // namespace misproxy::evidence
