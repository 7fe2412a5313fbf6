#pragma once

#include <optional>

#include "core/certificate_kind.hpp"

namespace misproxy {

/// Who plays which part behind the proxy, where it is not the usual: asked for when the origin is
/// opened.
///
/// `certificate`: the origin's. `inspection`: TLS inspection stands between proxy and origin, and
/// shows clients this certificate.
struct Cast {
  std::optional<CertificateKind> certificate;
  std::optional<CertificateKind> inspection;

  bool operator==(const Cast&) const = default;

  /// Some part of `other` is taken already.
  bool has_part_of(const Cast& other) const {
    return (certificate && other.certificate) || (inspection && other.inspection);
  }
  void take(const Cast& other) {
    if (other.certificate) certificate = other.certificate;
    if (other.inspection) inspection = other.inspection;
  }
};

}  // namespace misproxy
