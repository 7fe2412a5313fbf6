#pragma once

#include <string>
#include <vector>

#include "report/run_result.hpp"

namespace misproxy {

/// How the client ended: `done`, `timeout in body`, `exit 3`.
std::string client_end_text(const RunResult& result);

/// Lines of a table as wide as these results need: its head, and one for each run with what did not
/// come as expected below. What is not known of a run is `-`.
class RunTable {
 public:
  RunTable(const std::vector<RunResult>& results, bool colour);

  std::string head() const;
  std::string lines(const RunResult& result) const;

 private:
  bool colour_;
  std::size_t name_width_ = 8;
  std::size_t verdict_width_ = 22;
};

}  // namespace misproxy
