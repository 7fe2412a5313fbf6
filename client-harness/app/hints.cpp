#include "app/hints.hpp"

#include <fmt/format.h>

#include <variant>

namespace misproxy::app {
namespace {

std::string text_of(const TraceLine& line, std::string_view key) {
  const auto* value = line.find(key);
  return value == nullptr ? ""
                          : std::visit([](const auto& v) { return fmt::format("{}", v); }, *value);
}

}  // namespace

void Hints::record(const TraceLine& line) {
  const auto& event = line.event;
  const std::string_view name = event.name;
  const bool disturbs = line.connection != 0 && event.cause != Cause::peer;
  const bool ends = name == "closed";
  const bool refuses = name == "refuse" && line.seen_by == Party::proxy;
  const bool leaves = name == "closed-after-certificate";
  if (!disturbs && !ends && !refuses && !leaves) return;  // as most
  const std::lock_guard lock(mutex_);
  if (!disturbs && ends && disturbed_.empty()) return;
  const Connection connection{line.scenario, line.connection};
  if (disturbs) disturbed_.insert(connection);
  if (ends) disturbed_.erase(connection);
  if (refuses) refused(line);
  const bool meant = disturbed_.contains(connection) || line.find("certificate") != nullptr;
  if (leaves && !meant) left(line);
}

void Hints::refused(const TraceLine& line) {
  const auto status = text_of(line, "status");
  const auto why = text_of(line, "why");
  if (!is_new(fmt::format("{} {} {}", line.scenario, status, why))) return;
  say_(fmt::format(
      "misproxy: this {} is misproxy's own answer, and no fault of {}: {} (said once)\n", status,
      line.scenario, why));
}

void Hints::left(const TraceLine& line) {
  if (!is_new(line.scenario + " certificate")) return;
  say_(
      fmt::format("misproxy: a client of {} closed after the certificate, and asked for nothing: "
                  "does it trust {}? (said once)\n",
                  line.scenario, ca_path_));
}

bool Hints::is_new(const std::string& kind) {
  if (said_.size() >= kMost) return false;
  return said_.insert(kind).second;
}

}  // namespace misproxy::app
