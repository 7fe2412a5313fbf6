#include "reproduce/reproduce.hpp"

#include <algorithm>

#include "plan/worlds.hpp"
#include "reproduce/candidate.hpp"
#include "reproduce/facts.hpp"
#include "reproduce/recipe.hpp"
#include "scenario/loader.hpp"

namespace misproxy::reproduce {
namespace {

constexpr std::size_t kMostIncidents = 8;

/// One verdict that is to be shown, and the connection that it is of.
struct Task {
  std::optional<std::size_t> nth;
  std::string_view verdict;
  bool alternative = false;
};

Reproduction without(const Task& task, std::string why) {
  Reproduction nothing;
  nothing.verdict = task.verdict;
  nothing.alternative = task.alternative;
  nothing.why_not = std::move(why);
  return nothing;
}

bool agrees(const Candidate& candidate, std::string_view sign) {
  const auto found = std::ranges::find(candidate.compared, sign, &Compared::name);
  return found == candidate.compared.end() || found->agrees;
}

Reproduction reproduced(const Seen& seen, const Task& task, bool keep_names) {
  const auto* recipe = find_recipe(task.verdict);
  if (recipe == nullptr) return without(task, "nobody has told how it is shown");
  if (recipe->make == nullptr) return without(task, std::string(recipe->why_not));
  Names names(keep_names);
  const auto facts = facts_of(seen, task.nth, task.verdict, names);
  Search search(facts, signs_of(seen, task.nth), facts.form);
  auto best = search.best(recipe->make(facts));
  if (!best) return without(task, "no scenario was found that shows it: " + search.why());
  if (task.alternative && !agrees(*best, "phase"))
    return without(task, "a run that shows it ends in another phase than the evidence does");
  auto smallest = search.smallest(*std::move(best));
  if (!smallest) return without(task, "no scenario was found that shows it: " + search.why());
  auto done = without(task, {});
  done.scenario = smallest->sketch.text();
  done.compared = std::move(smallest->compared);
  done.assumed = facts.assumed;
  const auto loaded = load_scenario("reproduced.toml", done.scenario);
  if (!loaded.problems.empty()) return without(task, "what was found is no scenario");
  done.not_live = why_not_live(loaded.scenario).value_or("");
  return done;
}

/// The verdict itself, and where it cannot decide, each other that has a recipe.
void add_tasks(const diagnose::Verdict& verdict, std::optional<std::size_t> nth,
               std::vector<Task>& tasks) {
  const auto is_open = [&](std::string_view id) {
    const auto* recipe = find_recipe(id);
    return recipe != nullptr && recipe->make != nullptr &&
           std::ranges::find(tasks, id, &Task::verdict) == tasks.end();
  };
  const bool undecided = verdict.confidence == diagnose::Confidence::ambiguous;
  const bool alternative = undecided && !verdict.alternatives.empty();
  if (is_open(verdict.id) || !alternative) tasks.push_back({nth, verdict.id, alternative});
  if (!undecided) return;
  for (const auto id : verdict.alternatives) {
    if (is_open(id)) tasks.push_back({nth, id, true});
  }
}

/// What else went wrong in the same evidence.
void add_others(const Seen& seen, std::vector<Task>& tasks) {
  const auto& all = seen.diagnosis.verdicts;
  for (std::size_t i = 0; i < all.size() && tasks.size() < kMostIncidents; ++i) {
    const auto& each = all[i];
    const bool known = std::ranges::find(tasks, each.id, &Task::verdict) != tasks.end();
    if (each.outcome() != diagnose::Outcome::fails || each.upstream || known) continue;
    tasks.push_back({i, each.id, false});
  }
}

}  // namespace

bool Reproductions::any() const {
  return std::ranges::any_of(all, [](const auto& each) { return !each.scenario.empty(); });
}

Reproductions reproduce(const Seen& seen, const Wish& wish) {
  const auto& diagnosis = seen.diagnosis;
  std::optional<std::size_t> nth = seen.incident();
  if (wish.connection) nth = *wish.connection - 1;
  const auto& verdict = wish.connection ? diagnosis.verdicts.at(*nth) : diagnosis.incident;
  Reproductions outcome;
  outcome.headline = verdict.headline;
  outcome.healthy = verdict.outcome() == diagnose::Outcome::works;
  if (outcome.healthy) return outcome;
  std::vector<Task> tasks;
  add_tasks(verdict, nth, tasks);
  if (verdict.confidence == diagnose::Confidence::ambiguous)
    outcome.decide = verdict.next;
  else
    outcome.may_also = verdict.alternatives;
  if (!wish.connection) add_others(seen, tasks);
  for (const auto& task : tasks) {
    outcome.all.push_back(reproduced(seen, task, wish.keep_names));
    if (task.nth) outcome.all.back().connection = diagnosis.verdicts.at(*task.nth).connection;
  }
  return outcome;
}

}  // namespace misproxy::reproduce
