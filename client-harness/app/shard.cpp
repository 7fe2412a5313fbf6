#include "app/shard.hpp"

#include "app/whole_text.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace misproxy::app {
namespace {

using Found = std::variant<Shard, std::string>;

/// What a variable says; -1 where it is set to something else than a whole number.
std::optional<std::int64_t> variable(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == 0) return std::nullopt;
  return whole_of(text).value_or(-1);
}

Found shard_of(std::int64_t index, std::int64_t count, const std::string& said) {
  if (index < 1 || count < 1 || index > count)
    return fmt::format("{} is no part of a whole: there are parts from 1 to N", said);
  return Shard{static_cast<std::size_t>(index), static_cast<std::size_t>(count)};
}

/// The array's ids may begin anywhere, and have gaps of one size.
Found of_slurm(std::int64_t id, std::optional<std::int64_t> asked) {
  const auto count = variable("SLURM_ARRAY_TASK_COUNT");
  const auto first = variable("SLURM_ARRAY_TASK_MIN").value_or(1);
  const auto step = variable("SLURM_ARRAY_TASK_STEP").value_or(1);
  if (!count) return std::string("SLURM_ARRAY_TASK_ID is set, SLURM_ARRAY_TASK_COUNT is not");
  const auto said =
      fmt::format("SLURM_ARRAY_TASK_ID={}, of {} from {} in steps of {},", id, *count, first, step);
  if (step < 1 || (id - first) % step != 0) return fmt::format("{} is none of the array's", said);
  if (asked && *asked != *count)
    return fmt::format("auto/{}: the Slurm array has {} tasks", *asked, *count);
  return shard_of((id - first) / step + 1, *count, said);
}

Found from_surroundings(std::optional<std::int64_t> count) {
  if (const auto id = variable("SLURM_ARRAY_TASK_ID")) return of_slurm(*id, count);
  const auto index = variable("JOB_COMPLETION_INDEX");
  if (!index)
    return std::string(
        "auto: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set: say K/N");
  if (!count)
    return std::string("auto: Kubernetes does not tell how many completions there are: say auto/N");
  return shard_of(*index + 1, *count, fmt::format("JOB_COMPLETION_INDEX={} of {}", *index, *count));
}

}  // namespace

Found parse_shard(const std::string& text) {
  const auto slash = text.find('/');
  const auto first = text.substr(0, slash);
  const auto count = slash == std::string::npos
                         ? std::nullopt
                         : whole_of(std::string_view(text).substr(slash + 1));
  if (first == "auto" && (slash == std::string::npos || count)) return from_surroundings(count);
  const auto index = whole_of(first);
  if (index && count && *index >= 1 && *index <= *count)
    return Shard{static_cast<std::size_t>(*index), static_cast<std::size_t>(*count)};
  return fmt::format("{} is no K/N with K from 1 to N, such as 1/4, nor auto, nor auto/N", text);
}

}  // namespace misproxy::app
