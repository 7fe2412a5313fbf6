#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/words.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Sends the client a TLS alert, and FIN behind it where the alert is fatal.
///
/// In the tunnel the proxy writes it, in the clear, between two records; at `inner-request` and
/// `inner-response` it is the origin's, within TLS.
///
/// Units:  `description` 0 to 255 (40 handshake_failure, 112 unrecognized_name, 116
///         certificate_required); `level`: `fatal` (2) or `warning` (1).
/// Errors: in TLS 1.3 a client takes no alert in the clear once records are encrypted, and a
/// warning
///         is an end to it too. Within TLS, a suite of TLS 1.2 without AES-GCM or
///         ChaCha20-Poly1305: the event `alert-not-sealed`, and, where it is fatal, FIN alone.
/// Source: RFC 8446 section 6.
struct TlsAlert {
  static constexpr std::string_view kWord = "tls-alert";
  static constexpr std::string_view kHelp =
      "a TLS alert: in the clear from the proxy, within TLS from the origin";

  enum class Level { fatal, warning } level = Level::fatal;
  std::int64_t description = 0;

  template <class Visitor>
  void visit(Visitor& v);

  unsigned asks(Point) const { return asks_of({Ask::alert}); }

  Effect effect(Point) const {
    return Alert{static_cast<std::uint8_t>(level == Level::fatal ? 2 : 1),
                 static_cast<std::uint8_t>(description)};
  }

  TraceFields told() const;
};

template <>
struct WordsOf<TlsAlert::Level> {
  static constexpr std::array<std::string_view, 2> words{"fatal", "warning"};
};

template <class Visitor>
void TlsAlert::visit(Visitor& v) {
  v.required("description", description, Range{0, 255});
  v.optional("level", level);
}

inline TraceFields TlsAlert::told() const {
  return {{"level", std::string(word(level))}, {"description", description}};
}

}  // namespace misproxy
