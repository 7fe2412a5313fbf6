#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fault/deeds/alter.hpp"
#include "fault/deeds/certificate.hpp"
#include "fault/deeds/close.hpp"
#include "fault/deeds/corrupt.hpp"
#include "fault/deeds/delay.hpp"
#include "fault/deeds/dns_answer.hpp"
#include "fault/deeds/drop.hpp"
#include "fault/deeds/duplicate.hpp"
#include "fault/deeds/icmp.hpp"
#include "fault/deeds/inject.hpp"
#include "fault/deeds/inject_segment.hpp"
#include "fault/deeds/inspect.hpp"
#include "fault/deeds/resolve_failure.hpp"
#include "fault/deeds/respond.hpp"
#include "fault/deeds/slice.hpp"
#include "fault/deeds/stall.hpp"
#include "fault/deeds/swallow.hpp"
#include "fault/deeds/throttle.hpp"
#include "fault/deeds/tls_alert.hpp"
#include "fault/deeds/upstream_refused.hpp"
#include "fault/deeds/upstream_reset.hpp"
#include "fault/deeds/upstream_timeout.hpp"
#include "fault/when.hpp"

namespace misproxy {

/// What a fault does: a closed set. Each is a file of `deeds/` that says its word, its line of
/// help, its keys, what it asks of a point, its effect there, and what the trace tells of it; this
/// line is all that knows of it besides.
using Deed =
    std::variant<Respond, Close, Stall, Delay, Throttle, Slice, Corrupt, Inject, Swallow, TlsAlert,
                 ShowCertificate, Inspect, ResolveFailure, UpstreamRefused, UpstreamTimeout,
                 UpstreamReset, Drop, Duplicate, Icmp, Alter, InjectSegment, DnsAnswer>;

/// A rule of a scenario. `id` names it in traces and reports and keys its draws.
struct Fault {
  std::string id;
  When when;
  Deed deed;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("id", id);
    v.check("id", !id.empty() && id.size() <= 64 && id.front() != '-',
            "an id has 1 to 64 characters, the first of them no dash");
    v.required("when", when);
    v.one_of("do", deed);
    const auto why = misfit();
    v.check_together("do", !why, why.value_or(""));
  }

  /// As in a scenario.
  std::string_view word() const;
  /// What it comes to at its point.
  Effect effect() const;
  /// What the trace tells of the deed: the same in every run, and no credentials.
  TraceFields told() const;
  /// Why this deed cannot be done at the point at which the fault acts; nothing where it can.
  std::optional<std::string> misfit() const;

  /// It bends a stream, and can act beside others at one place.
  bool bends() const;
  /// It acts on the TLS that an origin speaks, and on nothing else.
  bool is_of_tls() const;
  /// Nothing of what would follow at its place follows: it answers, or ends, or is silent for ever.
  bool is_final() const;
};

}  // namespace misproxy
