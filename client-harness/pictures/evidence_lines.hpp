#pragma once

#include <map>
#include <string>
#include <vector>

#include "diagnose/read_evidence.hpp"
#include "evidence/client_report.hpp"

namespace misproxy::pictures {

/// The lines of texts that verdicts name, each between some of its neighbours, without what is
/// secret in them.
class EvidenceLines {
 public:
  explicit EvidenceLines(const std::vector<diagnose::Exhibit>& exhibits) : exhibits_(exhibits) {}

  void want(const evidence::Citation& line);
  /// Where a line that was wanted stands on the page.
  std::string anchor(const evidence::Citation& line) const;
  std::string html() const;

 private:
  static constexpr std::size_t kMost = 200;  // lines that are wanted
  static constexpr std::uint64_t kAround = 2;

  std::size_t index_of(const std::string& file) const;
  std::string file_html(std::size_t index) const;

  const std::vector<diagnose::Exhibit>& exhibits_;
  std::map<std::size_t, std::map<std::uint64_t, std::string>> wanted_;  // by exhibit: their quotes
  std::size_t count_ = 0;
};

}  // namespace misproxy::pictures
