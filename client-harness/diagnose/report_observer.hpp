#pragma once

#include "diagnose/observations.hpp"

namespace misproxy::diagnose {

/// Adds what the clients' reports tell: each of their connections becomes part of the connection on
/// the wire that it is, or stands for itself where the packets do not show it.
///
/// They are matched in order, by the server's address and port; a report and a capture of different
/// incidents cannot be told apart.
void observe_reports(Observations& observations);

}  // namespace misproxy::diagnose
