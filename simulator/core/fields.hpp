#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace misproxy {

/// A value in a scenario file describes itself once, in a member template
///
///     template <class Visitor>
///     void visit(Visitor& v) {
///       v.required("status", status, Range{100, 999});
///       v.optional("reason", reason);
///       v.check("reason", is_reason_phrase(reason), "a reason phrase is one line");
///     }
///
/// `check` concerns one key, `check_together` what several decide; `warn` is for what can be meant,
/// and yet is mostly a slip. Whoever reads, writes or documents scenarios is a visitor of that
/// description: `TableReader` fills the values and collects diagnostics, `CanonicalText` writes
/// them for the plan's digest, `Describer` makes a schema and a list of them. `optional` leaves the
/// member as it was where the key is absent; a member of type std::optional has no default.

/// Bounds of a whole number, both included; of an enumeration, `most` is the last enumerator that
/// may be said.
struct Range {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// What a key means, in a line. A type that describes itself may hold a `static constexpr` array
/// `kHelps` of these, one for each of its keys.
struct KeyHelp {
  std::string_view key;
  std::string_view help;
};

}  // namespace misproxy
