#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace misproxy {

/// Bytes of the UTF-8 sequence that `text` begins with, or 0 where it begins with none; `text` is
/// not empty. Source: RFC 3629 section 4.
std::size_t utf8_sequence(std::string_view text);

/// The bytes as UTF-8, which JSON is (RFC 8259 section 8.1), whoever sent them: those that are none
/// become `\xhh`.
std::string as_utf8(std::string_view bytes);

/// The same for a terminal, whoever named a file or wrote a key so: control characters (C0, DEL and
/// C1, the line's end too) become `\xhh` as well, byte by byte.
std::string visible(std::string_view bytes);

}  // namespace misproxy
