#pragma once

#include <optional>
#include <string>
#include <variant>

#include "live/ca_store.hpp"

namespace misproxy::app {

/// The installation's CA, in the folder that `--state-dir` names, or in the user's own; made where
/// there is none. On an error, a sentence.
std::variant<live::StoredAuthority, std::string> open_state(
    const std::optional<std::string>& state_dir, CivilTime now);
/// The same with a new certificate.
std::variant<live::RenewedAuthority, std::string> renew_state(
    const std::optional<std::string>& state_dir, CivilTime now);

/// A line for stderr where the CA ends within 30 days, for those who might serve for so long; empty
/// otherwise.
std::string ending_soon(const live::StoredAuthority& authority, CivilTime now);

/// `2036-11-24T09:30:00Z` (RFC 3339).
std::string iso_text(CivilTime time);
/// Whole days, as far as there are any.
std::string days_text(CivilTime from, CivilTime until);

}  // namespace misproxy::app
