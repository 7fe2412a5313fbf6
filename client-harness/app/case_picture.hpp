#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "diagnose/read_evidence.hpp"
#include "diagnose/verdict.hpp"
#include "pictures/packet_ladders.hpp"
#include "trace/event.hpp"

namespace misproxy::app {

/// What `--html` and `--svg` of `diagnose` and of `run` want: the pictures of a case, which take a
/// second look at its evidence.
class CasePicture {
 public:
  using Read = std::variant<diagnose::Observations, diagnose::Unusable>;

  CasePicture(std::optional<std::string> html, std::optional<std::string> svg)
      : html_(std::move(html)), svg_(std::move(svg)) {}

  bool is_wanted() const { return html_ || svg_; }
  /// Files, `-` for standard input; what comes once is kept.
  Read read(const std::vector<std::string>& files);
  /// Evidence that is at hand, under these names.
  Read read(std::vector<std::pair<std::string, std::string>> texts);
  /// What a run did itself, by its events: drawn behind the evidence.
  void add_events(const std::vector<TraceLine>& trace);
  /// Writes what is wanted; on an error, a sentence. `title`: empty for the evidence's names.
  std::string write(const diagnose::Diagnosis& diagnosis, std::string title = {});

 private:
  Read look();

  std::optional<std::string> html_;
  std::optional<std::string> svg_;
  std::deque<std::string> kept_;
  std::vector<diagnose::Exhibit> exhibits_;
  std::deque<pictures::Drawn> told_;
  std::deque<pictures::Drawn> events_;
};

}  // namespace misproxy::app
