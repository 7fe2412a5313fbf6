#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace misproxy::test {

/// A line of the article's packet blocks, or of ours in its style: a segment, a line of an HTTP
/// head, or a remark, which begins with `#`. The article's `fmc` is called `client`, as in its
/// other blocks.
struct ArticleLine {
  std::string text;
  bool is_segment = false;
  double at = 0;  // seconds of the day; that and all below only of a segment
  std::string from;
  std::string to;
  std::uint16_t from_port = 0;
  std::uint16_t to_port = 0;
  std::string flags;
  std::optional<std::uint32_t> seq;  // nothing for the article's `seq X` too
  std::optional<std::uint32_t> ack;
  std::optional<std::uint32_t> win;
  std::optional<std::uint32_t> mss;
  std::uint32_t length = 0;
  std::string tls;     // `Client Hello`
  std::string remark;  // behind `#`

  bool is_remark() const { return !is_segment && text.starts_with("#"); }
  bool is_bare_ack() const { return is_segment && flags == "." && length == 0; }
};

std::vector<ArticleLine> read_article_lines(const std::vector<std::string>& lines);
/// tests/capture/article/NAME.txt: a block of the article as it stands there.
std::vector<ArticleLine> article_block(const std::string& name);

}  // namespace misproxy::test
