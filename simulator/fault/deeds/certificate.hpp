#pragma once

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

/// The origin shows another certificate of the catalogue, in this tunnel.
///
/// Units:  `kind`: as `[[origin]] certificate` (core/certificate_kind.hpp); `good` mends a bad one.
/// Errors: `weak-key`, `sha-1` and `revoked` are live's alone, whose keys are RSA.
/// Source: RFC 5280.
struct ShowCertificate {
  static constexpr std::string_view kWord = "certificate";
  static constexpr std::string_view kHelp = "the origin shows another certificate";

  CertificateKind kind = CertificateKind::good;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("kind", kind);
  }

  unsigned asks(Point) const { return asks_of({Ask::cast}); }

  Effect effect(Point) const { return Cast{kind, {}}; }

  TraceFields told() const { return {{"kind", std::string(word(kind))}}; }
};

}  // namespace misproxy
