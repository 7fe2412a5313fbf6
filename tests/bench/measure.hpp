#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace misproxy::bench {

/// How often a figure is measured, and how long one measurement goes on at least. In quick mode
/// each thing is done once, to see that it can be.
struct Effort {
  int rounds = 5;
  std::chrono::duration<double> round{0.4};
};

using Work = std::function<void()>;

/// Seconds of a core that one of each takes.
struct Times {
  double subject = 0;
  double peer = 0;
};

/// The medians over rounds in which each has its turn, so that a machine that is busy for a while
/// is busy for both.
Times measure(const Effort& effort, const Work& subject, const Work& peer);

/// The most memory, in MiB, that a process of its own needs for this work (getrusage). To be asked
/// before this process has grown.
double peak_mib(const std::function<void()>& work);

/// A line of the table.
struct Figure {
  std::string name;
  double measured = 0;
  std::string unit;
  double aim = 0;
  bool at_least = true;  // else at most
  std::string peer;      // what it is held against
  double ratio = 0;      // of the subject's cost to the peer's

  bool met() const { return at_least ? measured >= aim : measured <= aim; }
};

std::string table(const std::vector<Figure>& figures);

}  // namespace misproxy::bench
