#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/octets.hpp"
#include "core/words.hpp"

namespace misproxy {

/// What a scripted origin says: one `[[origin.say]]`. Without `line`, when the connection opens, in
/// the order of the file; with it, in answer to a line of the client's, the first that fits.
///
/// Units:  `line` a glob over a line without its end; `text`, `hex` or `base64` are said as they
///         stand, but that `{tag}` is the line's first word (IMAP). `until`: lines that follow are
///         let go up to one that equals this, which is answered as any other (SMTP's `DATA`).
///         `then`: what becomes of the connection.
/// Errors: a line that none fits is answered with nothing.
struct OriginSay {
  enum class Then { goes_on, close, reset };

  std::optional<std::string> line;
  Octets octets;
  std::optional<std::string> until;
  Then then = Then::goes_on;

  static constexpr std::array kHelps{
      KeyHelp{"line", "a glob over a line of the client's; absent, said when the connection opens"},
      KeyHelp{"text", "said as it stands; `{tag}` is the line's first word"},
      KeyHelp{"until", "the lines that follow are let go up to one that equals this"},
      KeyHelp{"then", "what becomes of the connection"},
  };

  template <class Visitor>
  void visit(Visitor& v);
};

template <>
struct WordsOf<OriginSay::Then> {
  static constexpr std::array<std::string_view, 3> words{"go-on", "close", "reset"};
};

template <class Visitor>
void OriginSay::visit(Visitor& v) {
  v.optional("line", line);
  octets.visit_keys(v);
  v.optional("until", until);
  v.optional("then", then);
  v.check_together("until", line.has_value(), "goes with `line`");
}

}  // namespace misproxy
