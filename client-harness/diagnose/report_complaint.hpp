#pragma once

#include "diagnose/observations.hpp"
#include "evidence/client_report.hpp"

namespace misproxy::diagnose {

/// What a client's report complains of, and how it ended: `last`, of its last connection; one
/// before it ended by its own line only.
void observe_complaint(const evidence::ClientReport& report, bool last,
                       const evidence::LoggedConnection& logged, Connection& connection);

}  // namespace misproxy::diagnose
