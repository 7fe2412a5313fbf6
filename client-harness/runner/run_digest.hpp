#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sha256.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// SHA-256 over the client's capture, the proxy's, the trace and the log, one behind the other.
///
/// Both captures come at the same time, so the proxy's is held until the client's has ended; of one
/// that is longer than `kMostHeld`, its own SHA-256 stands for it.
class RunDigest {
 public:
  static constexpr std::size_t kMostHeld = 4 << 20;

  void client(std::string_view blocks) { all_.update(blocks); }
  void proxy(std::string_view blocks);
  /// Ends the computation: 64 hexadecimal digits.
  std::string finish(const std::vector<TraceLine>& trace, std::string_view log);

 private:
  Sha256 all_;
  std::string held_;
  std::optional<Sha256> long_proxy_;
};

}  // namespace misproxy
