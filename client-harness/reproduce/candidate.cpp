#include "reproduce/candidate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/words.hpp"
#include "reproduce/fit.hpp"
#include "reproduce/reduce.hpp"

namespace misproxy::reproduce {
namespace {

constexpr int kMostFits = 3;

const diagnose::Connection* incident_of(const Played& played) {
  const auto nth = played.seen.incident();
  return nth ? played.seen.connection(*nth) : nullptr;
}

/// What the run came to, to hold later ones against.
void add_expectation(Sketch& sketch, const std::string& verdict, const RunResult& result) {
  auto& expect = sketch.table("expect");
  expect.fixed = true;
  expect.set("verdict", toml(verdict), true);
  Key client = nested("client", {{"phase", toml(word(result.outcome.phase)), {}, true},
                                 {"error", toml(word(result.outcome.error)), {}, true}});
  client.fixed = true;
  expect.set(std::move(client));
}

}  // namespace

std::size_t Candidate::differing() const {
  constexpr std::size_t kMuch = 100;
  std::size_t sum = 0;
  for (const auto& each : compared) {
    if (each.agrees || !each.decides) continue;
    sum += each.name == "verdict" || each.name == "phase" ? kMuch : 1;
  }
  return sum;
}

std::optional<Candidate> Search::play(const Sketch& sketch) {
  auto played = replay_.play(sketch.text());
  if (!played) {
    why_ = replay_.why();
    return std::nullopt;
  }
  if (!played->result.ok()) {
    why_ = played->result.mismatches.front();
    return std::nullopt;
  }
  if (!played->named.names(facts_.verdict)) {
    why_ = fmt::format("its run is diagnosed as {}", played->named.id);
    return std::nullopt;
  }
  auto compared = compare(evidence_, signs_of(played->seen, played->seen.incident()));
  return Candidate{sketch, *std::move(played), std::move(compared)};
}

std::optional<Candidate> Search::fitted(const Sketch& sketch) {
  auto found = play(sketch);
  for (int i = 0; found && i < kMostFits; ++i) {
    const auto* run = incident_of(found->played);
    auto moved = found->sketch;
    if (run == nullptr || !fit(moved, facts_.seen, *run)) break;
    auto next = play(moved);
    if (!next || next->differing() > found->differing()) break;
    found = std::move(next);
  }
  return found;
}

std::optional<Candidate> Search::best(const std::vector<Sketch>& sketches) {
  std::optional<Candidate> chosen;
  for (const auto& sketch : sketches) {
    if (chosen && replay_.is_spent()) break;
    auto candidate = fitted(sketch);
    if (!candidate) continue;
    if (!chosen || candidate->differing() < chosen->differing()) chosen = std::move(candidate);
    if (chosen->differing() == 0) break;
  }
  return chosen;
}

std::optional<Candidate> Search::smallest(Candidate from) {
  const auto named = from.played.named.id;
  auto sketch = reduce(from.sketch, [&](const Sketch& rest) {
    if (replay_.is_spent()) return false;
    const auto candidate = play(rest);
    return candidate && candidate->played.named.id == named &&
           holds(from.compared, candidate->compared);
  });
  auto plain = play(sketch);
  if (!plain) return std::nullopt;
  add_expectation(sketch, facts_.verdict, plain->played.result);
  plain->sketch = std::move(sketch);
  return plain;
}

}  // namespace misproxy::reproduce
