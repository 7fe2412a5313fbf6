#pragma once

#include <span>
#include <string_view>

namespace misproxy {

/// A scenario that is part of the program: the files under `scenarios/` as they were when it was
/// built.
struct BundledScenario {
  std::string_view path;  // `scenarios/reply/acl-deny-403.toml`
  std::string_view text;

  /// The file's name without `.toml`, which is the scenario's id.
  std::string_view id() const;
};

/// All of them, by path.
std::span<const BundledScenario> bundled_scenarios();

}  // namespace misproxy
