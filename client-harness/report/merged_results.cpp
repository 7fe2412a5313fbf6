#include "report/merged_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace misproxy {
namespace {

/// In which of what was asked for two batches differ; empty where they are one.
std::string difference(const ResultsFile& one, const ResultsFile& other) {
  const auto differ = [&](std::string_view what, const auto& mine, const auto& theirs) {
    return fmt::format("{} and {} are of different batches: {} {} in one, {} in the other",
                       one.name, other.name, what, mine, theirs);
  };
  const auto& a = one.head;
  const auto& b = other.head;
  if (a.misproxy != b.misproxy) return differ("misproxy", a.misproxy, b.misproxy);
  if (a.asked != b.asked) return differ("asked for:", a.asked, b.asked);
  if (a.scenarios != b.scenarios)
    return differ("scenarios with the digest", a.scenarios.substr(0, 16),
                  b.scenarios.substr(0, 16));
  if (a.runs != b.runs) return differ("runs:", a.runs, b.runs);
  return {};
}

/// What of a run is the same on every machine. Of real sockets the times are not.
std::string told_by(const RunResult& result) {
  if (result.world == "virtual") return result_line(0, result);
  return fmt::format("{} {}", result.trace_digest, word(result.judged()));
}

std::string name_of(const RunResult& result) {
  const auto offset = result.offset ? fmt::format(" offset {}", *result.offset) : "";
  return fmt::format("{} seed {}{}", result.scenario, result.seed, offset);
}

/// Collects the runs, each once.
class Merging {
 public:
  /// A sentence where one of them is known, and tells something else.
  std::string add(ResultsFile& file) {
    for (auto& [index, result] : file.results) {
      const auto known = runs_.find(index);
      if (known == runs_.end()) {
        runs_.emplace(index, Known{std::move(result), &file.name});
        continue;
      }
      if (told_by(known->second.result) != told_by(result))
        return fmt::format("run {} ({}) is in {} and in {}, and differs: nothing is merged", index,
                           name_of(result), *known->second.file, file.name);
      ++twice_;
    }
    return {};
  }

  MergedResults finish(const BatchHead& head) {
    MergedResults merged{head, {}, head.runs - runs_.size(), {}, {}};
    if (twice_ > 0)
      merged.remarks.push_back(fmt::format("{} {} came twice, and the same: each counts once",
                                           twice_, twice_ == 1 ? "run" : "runs"));
    if (merged.missing > 0) merged.parts_to_run = lacking(head);
    merged.results.reserve(runs_.size());
    for (auto& [index, known] : runs_)
      merged.results.push_back(std::move(known.result));
    return merged;
  }

 private:
  struct Known {
    RunResult result;
    const std::string* file;
  };

  std::vector<std::size_t> lacking(const BatchHead& head) const {
    std::vector<std::uint64_t> have(head.of, 0);
    for (const auto& [index, known] : runs_)
      ++have[index % head.of];
    std::vector<std::size_t> parts;
    for (std::size_t part = 0; part < head.of; ++part) {
      const auto whole = head.runs / head.of + (part < head.runs % head.of ? 1 : 0);
      if (have[part] < whole) parts.push_back(part + 1);
    }
    return parts;
  }

  std::map<std::uint64_t, Known> runs_;
  std::uint64_t twice_ = 0;
};

}  // namespace

std::variant<MergedResults, std::string> merge_results(std::vector<ResultsFile> files) {
  Merging merging;
  std::vector<std::string> remarks;
  for (auto& file : files) {
    if (auto why = difference(files.front(), file); !why.empty()) return why;
    if (file.unread > 0)
      remarks.push_back(fmt::format("{}: {} {} cannot be read: the run was ended there", file.name,
                                    file.unread, file.unread == 1 ? "line" : "lines"));
    if (auto why = merging.add(file); !why.empty()) return why;
  }
  // Where the batch was cut in several ways, the finest says best what to make anew.
  const auto finest =
      std::ranges::max_element(files, {}, [](const ResultsFile& file) { return file.head.of; });
  auto merged = merging.finish(finest->head);
  merged.remarks.insert(merged.remarks.begin(), remarks.begin(), remarks.end());
  return merged;
}

}  // namespace misproxy
