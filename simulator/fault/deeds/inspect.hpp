#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/cast.hpp"
#include "core/fields.hpp"
#include "core/words.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// TLS inspection: TLS ends at the proxy, which shows the client a certificate of its own and
/// speaks TLS with the origin anew.
///
/// Units:  `ca`: who issues what the client is shown: misproxy's CA, or a second one that nobody
///         trusts and that is sent along.
/// Errors: what is no TLS in the tunnel passes as it is. An origin whose certificate does not hold
///         is answered for with a 503 inside.
/// Source: RFC 8446; the manner is squid's `ssl_bump`, which looks at the ClientHello first.
struct Inspect {
  static constexpr std::string_view kWord = "inspect";
  static constexpr std::string_view kHelp =
      "TLS inspection: TLS ends at the proxy, which shows a certificate of its own";

  enum class Ca { trusted, untrusted } ca = Ca::trusted;

  template <class Visitor>
  void visit(Visitor& v);

  unsigned asks(Point) const { return asks_of({Ask::cast}); }

  Effect effect(Point) const {
    const bool trusted = ca == Ca::trusted;
    return Cast{{}, trusted ? CertificateKind::good : CertificateKind::untrusted_ca};
  }

  TraceFields told() const;
};

template <>
struct WordsOf<Inspect::Ca> {
  static constexpr std::array<std::string_view, 2> words{"trusted", "untrusted"};
};

template <>
struct SentencesOf<Inspect::Ca> {
  static constexpr std::array<std::string_view, 2> sentences{
      "misproxy's own, which its clients trust already", "a second one, which nobody trusts"};
};

template <class Visitor>
void Inspect::visit(Visitor& v) {
  v.required("ca", ca);
}

inline TraceFields Inspect::told() const { return {{"ca", std::string(word(ca))}}; }

}  // namespace misproxy
