#include "app/evidence_files.hpp"

#include "drivers/tshark.hpp"

namespace misproxy::app {

std::variant<diagnose::Observations, diagnose::Unusable> read_files(
    const std::vector<std::string>& files, diagnose::Keep keep) {
  std::vector<diagnose::Exhibit> exhibits;
  for (const auto& file : files)
    exhibits.push_back({file, std::nullopt});
  return diagnose::read_evidence(exhibits, decrypt, keep);
}

}  // namespace misproxy::app
