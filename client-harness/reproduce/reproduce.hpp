#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reproduce/compare.hpp"
#include "reproduce/seen.hpp"

namespace misproxy::reproduce {

struct Wish {
  std::optional<std::size_t> connection;  // the nth that the diagnosis lists, from 1
  bool keep_names = false;
};

/// What became of one verdict: a scenario that shows it, or why there is none.
struct Reproduction {
  std::string verdict;
  std::string connection;  // of the evidence; empty where it is of none
  std::string scenario;    // a file's text; empty where there is none
  std::string why_not;
  std::vector<Compared> compared;
  std::vector<std::string> assumed;  // in sentences
  std::string not_live;              // why that world cannot play it; empty: it can
  bool alternative = false;          // the evidence may mean it, and may mean another
};

/// What became of all evidence.
struct Reproductions {
  bool healthy = false;
  std::string headline;                    // of the diagnosis
  std::vector<std::string> decide;         // what would decide between alternatives
  std::vector<std::string_view> may_also;  // what else it may be, though that is less likely
  std::vector<Reproduction> all;

  bool any() const;
};

/// Makes the smallest scenarios that show what the evidence shows. Each is played in the virtual
/// world, and diagnosed; there is no other way into `all` than to be named as it ought to be.
Reproductions reproduce(const Seen& seen, const Wish& wish);

}  // namespace misproxy::reproduce
