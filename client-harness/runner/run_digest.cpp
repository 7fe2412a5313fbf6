#include "runner/run_digest.hpp"

#include "core/encoding.hpp"
#include "trace/json_line.hpp"

namespace misproxy {

void RunDigest::proxy(std::string_view blocks) {
  if (long_proxy_) return long_proxy_->update(blocks);
  held_ += blocks;
  if (held_.size() <= kMostHeld) return;
  long_proxy_.emplace().update(held_);
  held_ = {};
}

std::string RunDigest::finish(const std::vector<TraceLine>& trace, std::string_view log) {
  all_.update(long_proxy_ ? to_hex(long_proxy_->finish()) : held_);
  for (const auto& line : trace)
    all_.update(to_json_line(line) + "\n");
  all_.update(log);
  return to_hex(all_.finish());
}

}  // namespace misproxy
