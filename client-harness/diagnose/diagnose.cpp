#include "diagnose/diagnose.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/rules/incident.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose {
namespace {

Verdict judge(const Connection& connection) {
  using namespace rules;
  if (connection.sizes_only && !connection.in_log) return sizes(connection);
  for (const auto rule : {reach, path, reply, handshake, transfer, response}) {
    if (auto found = rule(connection)) return *std::move(found);
  }
  return healthy(connection);
}

}  // namespace

Diagnosis diagnose(const Observations& observations) {
  Diagnosis diagnosis;
  for (const auto& connection : observations.connections)
    diagnosis.verdicts.push_back(judge(connection));
  diagnosis.incident = rules::incident(observations, diagnosis.verdicts);
  diagnosis.remarks = observations.remarks;
  for (auto& remark : rules::remarks(observations))
    diagnosis.remarks.push_back(std::move(remark));
  return diagnosis;
}

}  // namespace misproxy::diagnose
