#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fault/bend.hpp"
#include "fault/fault.hpp"

namespace misproxy {

/// What of a stream may pass before the next fault in it, as a watch finds it.
///
/// `offset` counts the bytes of the stream before the fault; `record_bytes` is the size of the
/// record that it waited for. `rest` is what has not passed; scan it again to go on. `yields`: but
/// not before the other side has been heard.
struct Cut {
  std::string pass;
  const Fault* fault = nullptr;
  std::uint64_t offset = 0;
  std::optional<std::size_t> record_bytes;
  std::string rest;
  bool yields = false;
};

/// One stream on its way through a party, whatever layer: what has come is watched for the places
/// at which faults act, bent by those that bend it, and passes in its order.
///
///     bytes -> input -> watch -> bends -> pieces to send
///                         └── a fault, once all before its place has passed
class Channel {
 public:
  /// What `move` came to: the pieces to send, each by itself; then at most one of a fault that acts
  /// now, and of a wait for the other side. After a fault, call again.
  struct Moved {
    std::vector<std::string> pieces;
    std::optional<Cut> due;  // its `fault` is set; `pass` and `rest` have been dealt with
    bool yields = false;
  };

  void put(std::string_view bytes) { input_ += bytes; }
  void put(std::string&& bytes) {
    input_.empty() ? void(input_ = std::move(bytes)) : void(input_ += bytes);
  }
  /// Scans once more without anything new: a fault may stand where the stream is.
  void look() { again_ = true; }
  /// Goes on as far as may be. `scan(bytes)` gives a Cut of all that is given to it; the string is
  /// its own.
  template <class Scan>
  Moved move(Instant now, Scan&& scan);

  /// From the bytes on that have not been scanned; for a fault that is due.
  void bend(const Bend& bend, BendKey key) { bends_.add(bend, std::move(key)); }
  /// The bends end: what follows is another stream. All must have passed.
  void straighten() { bends_.clear(); }

  /// When to move on without anything new; nothing where there is no such time.
  std::optional<Instant> wake() const { return bends_.wake(); }
  /// Bytes that have come and not passed.
  std::size_t held() const { return input_.size() + bends_.held(); }
  bool drained() const { return held() == 0 && !pending_; }
  /// What comes next passes as it is, where no watch has a say.
  bool is_open() const { return drained() && !again_ && bends_.none(); }
  /// Whoever sends should wait.
  bool full() const { return bends_.full() || input_.size() > kMostInput; }
  void discard() { input_.clear(); }

 private:
  static constexpr std::size_t kMostInput = 64 * 1024;

  bool may_act(const Fault& fault) const {
    const auto effect = fault.effect();
    const auto* bend = std::get_if<Bend>(&effect);
    return bend != nullptr ? bends_.can_add(*bend) : bends_.held() == 0;
  }

  std::string input_;
  Bends bends_;
  std::unique_ptr<Cut> pending_;  // its fault waits until what stood before it has passed
  bool again_ = false;            // a fault has acted, and the next may stand at the same byte
};

template <class Scan>
Channel::Moved Channel::move(Instant now, Scan&& scan) {
  Moved moved;
  while (true) {
    for (auto& piece : bends_.take(now))
      moved.pieces.push_back(std::move(piece));
    if (pending_) {
      if (!may_act(*pending_->fault)) return moved;
      moved.due = std::move(*std::exchange(pending_, nullptr));
      look();
      return moved;
    }
    if (bends_.full() || (input_.empty() && !again_)) return moved;
    again_ = false;
    auto cut = scan(std::exchange(input_, {}));
    input_ = std::move(cut.rest);
    if (!cut.pass.empty() && bends_.none()) {
      moved.pieces.push_back(std::move(cut.pass));
    } else if (!cut.pass.empty()) {
      bends_.put(cut.pass, now);
    }
    if (cut.fault != nullptr) {
      pending_ = std::make_unique<Cut>(Cut{{}, cut.fault, cut.offset, cut.record_bytes, {}});
    } else if (cut.yields) {
      look();
      for (auto& piece : bends_.take(now))
        moved.pieces.push_back(std::move(piece));
      moved.yields = true;
      return moved;
    }
  }
}

}  // namespace misproxy
