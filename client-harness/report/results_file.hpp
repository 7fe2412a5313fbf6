#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "report/result_line.hpp"
#include "report/run_result.hpp"

namespace misproxy {

/// What a batch of runs was asked for: parts of one batch agree in all of it but `part`.
///
/// `scenarios`: a digest of all of them. `asked`: worlds, clients, seeds and the like, in words.
/// `runs`: of all parts together; the Kth of N parts has those whose number leaves K - 1 when
/// divided by N.
struct BatchHead {
  std::string misproxy;
  std::string scenarios;
  std::string asked;
  std::uint64_t runs = 0;
  bool sweep = false;
  std::size_t part = 1;
  std::size_t of = 1;
};

/// The first line of a file of results, without its end.
std::string head_line(const BatchHead& head);

/// A file of results: its head, and a line a run, in any order.
struct ResultsFile {
  std::string name;
  BatchHead head;
  std::vector<IndexedResult> results;
  std::size_t unread = 0;  // lines: the last one of a run that was killed
};

/// A sentence with the name where it is something else.
std::variant<ResultsFile, std::string> read_results(std::string name, std::string_view text);

}  // namespace misproxy
