#pragma once

#include <string>
#include <string_view>

#include "diagnose/observations.hpp"
#include "diagnose/wire_observer.hpp"
#include "evidence/names.hpp"
#include "packets/own_blocks.hpp"

namespace misproxy::diagnose {

/// A capture that is looked at while this program writes it, so that nobody has to keep it; it
/// shows what its file would.
class WatchedCapture {
 public:
  /// `name` stands for the file in citations. `alone`: there is no other evidence.
  WatchedCapture(const std::string& name, bool alone);
  WatchedCapture(const WatchedCapture&) = delete;
  WatchedCapture& operator=(const WatchedCapture&) = delete;

  /// Whole blocks, in their order.
  void take(std::string_view blocks) { blocks_.take(blocks); }
  /// What it has shown. Once.
  void finish(Observations& observations, bool broken_off) {
    observer_.finish(observations, broken_off);
  }

 private:
  evidence::Names names_;
  WireObserver observer_;
  evidence::OwnBlocks blocks_;
};

}  // namespace misproxy::diagnose
