#include "diagnose/diagnose.hpp"

#include "diagnose/quote.hpp"
#include "diagnose/rules/incident.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::size_t kMostSaid = 4096;  // bytes of a remark

/// A headline is shown so from the beginning.
void show_safely(Verdict& verdict) {
  for (auto& next : verdict.next)
    next = shown(next, kMostSaid);
}

/// `next`: the connection that came behind it, or nobody.
Verdict judge_as_seen(const Connection& connection, const Connection* next) {
  using namespace rules;
  if (connection.upstream) return upstream(connection);
  for (const auto rule : {challenge, fallback}) {
    if (auto found = rule(connection, next)) return *std::move(found);
  }
  if (connection.sizes_only && !connection.in_log) return sizes(connection);
  for (const auto rule :
       {reach, path, large_head, reply, told_end, handshake, redirects, transfer, response}) {
    if (auto found = rule(connection)) return *std::move(found);
  }
  return healthy(connection);
}

Verdict judge(const Connection& connection, const Connection* next) {
  auto verdict = judge_as_seen(connection, next);
  verdict.upstream = connection.upstream;
  verdict.server_port = connection.server_port;
  verdict.proxied = connection.connect || (connection.request && !connection.tls.client_hello &&
                                           connection.request->target.starts_with("http://"));
  rules::weigh_gaps(connection, verdict);
  rules::weigh_proxy_tls(connection, verdict);
  if (connection.body_is_short()) std::erase(verdict.alternatives, "healthy");
  show_safely(verdict);
  return verdict;
}

/// In the order in which the connections began.
std::vector<Verdict> judge_all(Observations& observations) {
  const auto& all = observations.connections;
  const bool one_capture = !observations.settled.empty();
  std::vector<Verdict> verdicts(all.size() + observations.settled.size());
  for (auto& each : observations.settled)
    verdicts[each.order] = std::move(each.verdict);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool last = i + 1 == all.size() || (one_capture && all[i + 1].order != all[i].order + 1);
    verdicts[one_capture ? all[i].order : i] = judge(all[i], last ? nullptr : &all[i + 1]);
  }
  if (!one_capture) rules::weigh_directness(all, verdicts);
  return verdicts;
}

}  // namespace

std::optional<Verdict> settle(const Connection& connection, const Connection* previous,
                              const Connection* next) {
  const bool may_be_answered =
      rules::is_challenged(connection) && (!next || !(next->connect || next->request));
  const bool answers = previous && (rules::is_challenged(*previous) || !previous->established);
  if (may_be_answered || answers || rules::is_remarkable(connection)) return std::nullopt;
  return judge(connection, next);
}

Diagnosis diagnose(Observations observations) {
  Diagnosis diagnosis;
  diagnosis.verdicts = judge_all(observations);
  diagnosis.incident = rules::incident(observations, diagnosis.verdicts);
  show_safely(diagnosis.incident);
  for (const auto& remark : observations.remarks)
    diagnosis.remarks.push_back(shown(remark, kMostSaid));
  for (const auto& remark : rules::remarks(observations, diagnosis.incident))
    diagnosis.remarks.push_back(shown(remark, kMostSaid));
  return diagnosis;
}

}  // namespace misproxy::diagnose
