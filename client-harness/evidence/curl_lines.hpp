#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace misproxy::evidence {

/// One thing that curl printed: the forms of `-v`, `--trace-ascii` and `--trace` are alike behind
/// this, and stamps (`--trace-time`, `--trace-ids`) and the progress meter are gone.
///
/// `text` and `whole` live as long as the call that gets them.
struct LogLine {
  enum class Kind {
    remark,    // `* text`, `== Info: text`
    sent,      // a line of a request's head: `> text`
    received,  // a line of a response's head: `< text`
    body,      // `bytes` of a response's body came (traces only)
    meter,     // the progress meter: `bytes` came, of `total` where that is known
    plain,     // all else
  };
  Kind kind = Kind::plain;
  std::string_view text;     // without its mark
  std::string_view whole;    // to be quoted
  std::uint64_t number = 0;  // of the line in the file, from 1
  std::uint64_t bytes = 0;
  std::uint64_t total = 0;
};

void for_each_log_line(std::string_view text, const std::function<void(const LogLine&)>& take);

}  // namespace misproxy::evidence
