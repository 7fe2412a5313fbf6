#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "scenario/network.hpp"
#include "virtual/frame.hpp"
#include "virtual/queue.hpp"

namespace misproxy::simulated {

/// One way of a cable between a host and the router: takes its time, and may lose.
class Link {
 public:
  using Deliver = std::function<void(FramePtr)>;

  /// `name` keys its losses. The settings outlive it.
  Link(EventQueue& queue, const LinkSettings& settings, std::uint64_t seed, std::string name,
       Deliver deliver)
      : queue_(queue),
        settings_(settings),
        seed_(seed),
        name_(std::move(name)),
        deliver_(std::move(deliver)) {}

  void carry(FramePtr frame);
  /// Frames that have not arrived yet.
  std::size_t under_way() const { return under_way_; }

 private:
  bool loses();

  EventQueue& queue_;
  const LinkSettings& settings_;
  std::uint64_t seed_;
  std::string name_;
  Deliver deliver_;
  Instant free_at_{0};
  std::uint64_t count_ = 0;
  std::size_t under_way_ = 0;
};

}  // namespace misproxy::simulated
