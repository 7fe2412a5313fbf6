#pragma once

#include <cstddef>
#include <string>
#include <variant>

namespace misproxy::app {

/// The `index`th of `count` equal parts of the runs, from 1.
struct Shard {
  std::size_t index = 1;
  std::size_t count = 1;
};

/// `K/N`, K from 1 to N; `auto` takes both from the variables of a Slurm array's task, `auto/N` the
/// first from those of a Kubernetes Indexed Job, too. A sentence where that cannot be.
/// Source: sbatch(1), OUTPUT ENVIRONMENT VARIABLES; Kubernetes, Jobs, "Completion mode".
std::variant<Shard, std::string> parse_shard(const std::string& text);

}  // namespace misproxy::app
