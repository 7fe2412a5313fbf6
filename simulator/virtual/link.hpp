#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "scenario/network.hpp"
#include "virtual/frame.hpp"
#include "virtual/timing.hpp"

namespace misproxy::simulated {

/// One way of a cable between a host and the router: takes its time, and may lose.
class Link {
 public:
  using Deliver = std::function<void(FramePtr)>;
  using Leaves = std::function<void(const FramePtr&)>;

  /// `name` keys its losses. `leaves` hears of each frame as its first bit goes out. The settings
  /// outlive it.
  Link(Timing& timing, const LinkSettings& settings, std::uint64_t seed, std::string name,
       Leaves leaves, Deliver deliver)
      : timing_(timing),
        settings_(settings),
        seed_(seed),
        name_(std::move(name)),
        leaves_(std::move(leaves)),
        deliver_(std::move(deliver)) {}

  void carry(FramePtr frame);
  /// Frames that have not arrived yet.
  std::size_t under_way() const { return under_way_; }

 private:
  bool loses();
  Duration time_of(const Frame& frame) const;

  Timing& timing_;
  const LinkSettings& settings_;
  std::uint64_t seed_;
  std::string name_;
  Leaves leaves_;
  Deliver deliver_;
  Instant free_at_{0};
  std::uint64_t count_ = 0;
  std::size_t under_way_ = 0;
};

}  // namespace misproxy::simulated
