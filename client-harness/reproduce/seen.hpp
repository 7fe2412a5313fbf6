#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "diagnose/diagnose.hpp"
#include "diagnose/observations.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::reproduce {

/// What evidence shows, and what the diagnosis says of it.
struct Seen {
  diagnose::Observations observations;
  diagnose::Diagnosis diagnosis;

  explicit Seen(diagnose::Observations shown);

  /// The connection of the nth verdict; null where none is kept.
  const diagnose::Connection* connection(std::size_t nth) const;
  /// The verdict that stands for the incident, by its place; nothing where it is of none of them.
  std::optional<std::size_t> incident() const;
};

/// Which forms of evidence there are: what a run leaves is looked at in the same.
struct Form {
  bool capture = false;
  bool inside = false;  // a log, or what TLS hides by its keys

  static Form of(const diagnose::Observations& observations);
};

}  // namespace misproxy::reproduce
