#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/live/subject.hpp"

namespace misproxy::bench {

/// What one figure is made of.
///
/// `load` puts a subject to work and returns how many units it has done. `subjects`: the first is
/// the floor, the second misproxy. In each round each has its turn, and its cost is held against
/// the floor's in the same round. `helpers`: processes whose use of the cores is the benchmark's
/// own.
struct Contest {
  std::string name;
  std::string unit;  // of a cost: "s per GB", "us per CONNECT"
  double scale = 1;  // from seconds per unit
  std::vector<Subject> subjects;
  std::function<double(const Subject&)> load;
  std::vector<pid_t> helpers;
  double aim = 0;  // of misproxy's ratio to the floor; 0 where there is none
};

struct Spread {
  double low = 0, median = 0, high = 0;
};

struct Line {
  std::string subject;
  Spread cost;
  Spread ratio;
};

struct Outcome {
  std::string name, unit;
  double aim = 0;
  int rounds = 0;     // that count
  int disturbed = 0;  // of those, because there were no better ones
  int thrown_away = 0;
  std::vector<Line> lines;
};

struct RoundEffort {
  int rounds = 5;
  int most = 12;           // that are tried, to find so many undisturbed ones
  double disturbed = 0.3;  // of a core, by others: then a round is thrown away
  double seconds = 60;     // after which no other round is begun
};

/// `tell`: that so many rounds of a contest are done.
Outcome hold(const Contest& contest, const RoundEffort& effort,
             const std::function<void(const std::string&)>& tell);

std::string to_table(const std::vector<Outcome>& outcomes);
std::string to_json(const std::vector<Outcome>& outcomes);

}  // namespace misproxy::bench
