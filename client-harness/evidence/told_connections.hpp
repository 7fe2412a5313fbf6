#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// Connections that a report of a log has; more are counted, and the first of them is cited.
inline constexpr std::size_t kMostConnections = 1000;

inline bool has_room(const ClientReport& report) {
  return report.connections.size() < kMostConnections;
}

/// `where`: makes the citation, which only the first one wants.
template <class Where>
void leave_out(ClientReport& report, const Where& where) {
  if (!report.left_out) report.left_out = {std::uint64_t{0}, where()};
  ++report.left_out->value;
}

template <class Where>
void tell_of(ClientReport& report, LoggedConnection made, const Where& where) {
  if (!has_room(report)) return leave_out(report, where);
  report.connections.push_back(std::move(made));
}

/// The reports of a file that tells of these connections alone: none where it has none.
inline std::vector<ClientReport> report_of_connections(ClientReport report) {
  if (report.connections.empty()) return {};
  report.read = report.connections.size();
  return {std::move(report)};
}

}  // namespace misproxy::evidence
