#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "report/run_result.hpp"

namespace misproxy {

/// One cell of the confusion matrix: so many runs in which `injected` was the truth and `named` the
/// verdict, which `shown` tells with its doubts (verdict_text.hpp). `scenarios`: theirs, each once,
/// in order.
struct ConfusionCell {
  enum class Kind { right, ambiguous, wrong } kind = Kind::right;
  std::string injected;
  std::string named;
  std::string shown;
  std::size_t runs = 0;
  std::vector<std::string> scenarios;
};

/// Counts the runs whose scenario tells the truth. `ambiguous`: the truth is among what an
/// ambiguous verdict names.
class Confusion {
 public:
  void add(const RunResult& result);
  /// Sorted by `injected`, then `shown`.
  std::vector<ConfusionCell> cells() const;

 private:
  std::map<std::tuple<std::string, std::string, ConfusionCell::Kind>, ConfusionCell> cells_;
};

std::string confusion_text(const std::vector<ConfusionCell>& cells);
/// A JSON object a cell: `injected`, `named`, `shown`, `kind`, `runs`, `scenarios`.
std::string confusion_json(const std::vector<ConfusionCell>& cells);

/// A table for the classes of the pages' style (page/page.css).
std::string confusion_html(const std::vector<ConfusionCell>& cells);

}  // namespace misproxy
