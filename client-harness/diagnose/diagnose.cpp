#include "diagnose/diagnose.hpp"

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

/// Puts the verdicts on all of one capture's connections into the order in which these began.
std::vector<Verdict> in_order(std::vector<Settled> settled) {
  std::sort(settled.begin(), settled.end(),
            [](const Settled& a, const Settled& b) { return a.order < b.order; });
  std::vector<Verdict> verdicts;
  verdicts.reserve(settled.size());
  for (auto& each : settled)
    verdicts.push_back(std::move(each.verdict));
  return verdicts;
}

std::vector<Verdict> judge_all(Observations& observations) {
  auto settled = std::move(observations.settled);
  const bool some = !settled.empty();
  const auto& all = observations.connections;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool followed = i + 1 < all.size() && (!some || all[i + 1].order == all[i].order + 1);
    settled.push_back({some ? all[i].order : i, judge(all[i], followed ? &all[i + 1] : nullptr)});
  }
  return in_order(std::move(settled));
}

}  // namespace

std::optional<Verdict> settle(const Connection& connection, const Connection* previous,
                              const Connection* next) {
  const bool may_be_answered = rules::is_challenged(connection) && (!next || !next->connect);
  const bool answers = previous && rules::is_challenged(*previous);
  if (may_be_answered || answers || rules::is_remarkable(connection)) return std::nullopt;
  return judge(connection, next);
}

Diagnosis diagnose(Observations observations) {
  Diagnosis diagnosis;
  diagnosis.verdicts = judge_all(observations);
  diagnosis.incident = rules::incident(observations, diagnosis.verdicts);
  diagnosis.remarks = observations.remarks;
  for (auto& remark : rules::remarks(observations))
    diagnosis.remarks.push_back(std::move(remark));
  return diagnosis;
}

}  // namespace misproxy::diagnose
