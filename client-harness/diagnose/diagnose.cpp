#include "diagnose/diagnose.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/rules/incident.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose {
namespace {

/// `next`: the connection that came behind it, or nobody.
Verdict judge(const Connection& connection, const Connection* next) {
  using namespace rules;
  if (auto found = challenge(connection, next)) return *std::move(found);
  if (connection.sizes_only && !connection.in_log) return sizes(connection);
  for (const auto rule : {reach, path, reply, handshake, transfer, response}) {
    if (auto found = rule(connection)) return *std::move(found);
  }
  return healthy(connection);
}

}  // namespace

Diagnosis diagnose(const Observations& observations) {
  Diagnosis diagnosis;
  const auto& all = observations.connections;
  for (std::size_t i = 0; i < all.size(); ++i)
    diagnosis.verdicts.push_back(judge(all[i], i + 1 < all.size() ? &all[i + 1] : nullptr));
  diagnosis.incident = rules::incident(observations, diagnosis.verdicts);
  diagnosis.remarks = observations.remarks;
  for (auto& remark : rules::remarks(observations))
    diagnosis.remarks.push_back(std::move(remark));
  return diagnosis;
}

}  // namespace misproxy::diagnose
