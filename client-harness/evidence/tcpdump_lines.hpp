#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy::evidence {

/// The lines of a text, one after the other, without their ends (LF or CRLF), numbered from 1.
///
/// Lines that a mail or a terminal has broken are put together, under the number of the first. A
/// byte order mark is left out. UTF-16, which Windows writes, is read with either mark, or
/// without one where every other byte of the beginning is zero: of such a text, the first 64 MiB.
/// Views point into the text that was given, or into what was made of UTF-16, and hold as long as
/// this object and that text.
class TcpdumpLines {
 public:
  /// What stands behind it in a line is left out: no line of tcpdump is as long.
  static constexpr std::size_t kLongestLine = 64 * 1024;

  explicit TcpdumpLines(std::string_view text);

  std::optional<std::string_view> next();
  /// Of the line that `next` gave last.
  std::uint64_t number() const { return number_; }

 private:
  std::shared_ptr<const std::string> decoded_;
  std::string_view rest_;
  bool unwrapped_ = false;
  std::uint64_t number_ = 0;
  std::uint64_t joined_ = 0;  // lines that went into the last one
};

}  // namespace misproxy::evidence
