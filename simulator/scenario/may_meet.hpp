#pragma once

#include "core/glob.hpp"
#include "fault/fault.hpp"
#include "scenario/origin_settings.hpp"

namespace misproxy {

/// The fault may act at this origin: some host is meant by both.
inline bool may_meet(const Fault& fault, const OriginSettings& origin) {
  const auto& host = fault.when.host;
  if (!host || *host == origin.host) return true;
  if (is_glob(*host)) return is_glob(origin.host) || glob_matches(*host, origin.host);
  return glob_matches(origin.host, *host);
}

}  // namespace misproxy
