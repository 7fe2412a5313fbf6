#pragma once

#include <cstddef>
#include <string>

#include "report/run_result.hpp"

namespace misproxy {

/// How the client ended: `done`, `timeout in body`, `exit 3`.
std::string client_end_text(const RunResult& result);

/// How wide the columns of a table are whose rows differ in width.
struct TableWidths {
  std::size_t name = 8;
  std::size_t verdict = 22;

  /// Wide enough for this one, too.
  void add(const RunResult& result);
};

/// Lines of a table as wide as its results need: its head, and one for each run with what did not
/// come as expected below. What is not known of a run is `-`.
class RunTable {
 public:
  RunTable(TableWidths widths, bool colour) : widths_(widths), colour_(colour) {}

  std::string head() const;
  std::string lines(const RunResult& result) const;

 private:
  TableWidths widths_;
  bool colour_;
};

}  // namespace misproxy
