#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// A log in the form of `curl -v`, so that what reads one reads the other: `*` for remarks, `>` for
/// what was sent, `<` for what came.
class VerboseLog {
 public:
  void remark(std::string_view text) { line("* ", text); }
  /// A message head, line by line, its empty line included.
  void sent(std::string_view head) { lines("> ", head); }
  void received(std::string_view head) { lines("< ", head); }
  /// Without a mark, as curl's last line.
  void plain(std::string_view text) { line("", text); }

  const std::string& text() const { return text_; }

 private:
  void line(std::string_view mark, std::string_view text);
  void lines(std::string_view mark, std::string_view head);

  std::string text_;
};

}  // namespace misproxy
