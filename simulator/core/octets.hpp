#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/encoding.hpp"

namespace misproxy {

/// What the keys of Octets are called where they stand.
struct OctetKeys {
  std::string_view text = "text";
  std::string_view hex = "hex";
  std::string_view base64 = "base64";
};

/// Bytes as a scenario says them: `text` as it stands, in UTF-8 as the file is; or any bytes at
/// all, as `hex` or `base64`.
struct Octets {
  std::optional<std::string> text;
  std::optional<std::string> hex;
  std::optional<std::string> base64;

  bool given() const { return text || hex || base64; }
  std::string bytes() const {
    if (text) return *text;
    if (hex) return bytes_of_hex(*hex).value_or("");
    return base64 ? bytes_of_base64(*base64).value_or("") : "";
  }

  /// Describes the three keys (core/fields.hpp), of which none need be there.
  template <class Visitor>
  void visit_keys(Visitor& v, const OctetKeys& keys = {}) {
    v.optional(keys.text, text);
    v.optional(keys.hex, hex);
    v.optional(keys.base64, base64);
    check_keys(v, keys);
  }
  template <class Visitor>
  void check_keys(Visitor& v, const OctetKeys& keys = {}) const {
    v.check(keys.hex, !hex || bytes_of_hex(*hex), "two hexadecimal digits a byte");
    v.check(keys.base64, !base64 || bytes_of_base64(*base64),
            "base64 with its padding (RFC 4648 section 4)");
    const int count = int{text.has_value()} + int{hex.has_value()} + int{base64.has_value()};
    v.check_together(base64 ? keys.base64 : keys.hex, count < 2,
                     fmt::format("one of `{}`, `{}` and `{}`", keys.text, keys.hex, keys.base64));
  }
};

}  // namespace misproxy
