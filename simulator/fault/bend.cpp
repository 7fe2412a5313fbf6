#include "fault/bend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include "core/draw.hpp"
#include "core/ensure.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kMostHeld = 64 * 1024;
constexpr std::uint64_t kJitterBlock = 1'024;  // bytes of a stream that share one draw

using Pieces = std::vector<std::string>;

/// Bends that wait for no time: each byte has become what it becomes as soon as it is there.
class InstantStep : public BendStep {
 public:
  void put(std::string_view bytes, Instant) final { change(bytes, ready_); }
  Pieces take(Instant) final {
    if (ready_.empty()) return {};
    return {std::exchange(ready_, {})};
  }
  bool is_instant() const final { return true; }
  /// What comes from now on passes as it is.
  bool is_over() const { return ready_.empty() && changes_no_more(); }

 private:
  virtual void change(std::string_view bytes, std::string& out) = 0;
  virtual bool changes_no_more() const = 0;

 protected:
  std::string ready_;
};

class FlipStep final : public InstantStep {
 public:
  FlipStep(Flip flip, BendKey key) : flip_(flip), key_(std::move(key)), at_(key_.offset) {}

 private:
  void change(std::string_view bytes, std::string& out) override {
    for (const char c : bytes) {
      out += is_meant() ? static_cast<char>(static_cast<std::uint8_t>(c) ^ mask()) : c;
      ++at_;
    }
  }
  bool changes_no_more() const override {
    return !flip_.one_in && at_ - key_.offset >= static_cast<std::uint64_t>(flip_.bytes);
  }
  bool is_meant() const {
    if (!flip_.one_in) return at_ - key_.offset < static_cast<std::uint64_t>(flip_.bytes);
    return draw(key_.seed, key_.fault, key_.connection, at_) %
               static_cast<std::uint64_t>(*flip_.one_in) ==
           0;
  }
  std::uint8_t mask() const {
    if (flip_.mask) return *flip_.mask;
    return static_cast<std::uint8_t>(
        1U << (draw(key_.seed, fmt::format("{}#bit", key_.fault), key_.connection, at_) % 8));
  }

  Flip flip_;
  BendKey key_;
  std::uint64_t at_;
};

class InsertStep final : public InstantStep {
 public:
  explicit InsertStep(std::string bytes) { ready_ = std::move(bytes); }

 private:
  void change(std::string_view bytes, std::string& out) override { out += bytes; }
  bool changes_no_more() const override { return true; }
};

class SwallowStep final : public InstantStep {
 public:
  explicit SwallowStep(std::optional<std::int64_t> bytes) : left_(bytes) {}

 private:
  void change(std::string_view bytes, std::string& out) override {
    if (!left_) return;
    const auto gone = std::min<std::size_t>(bytes.size(), static_cast<std::size_t>(*left_));
    *left_ -= static_cast<std::int64_t>(gone);
    out += bytes.substr(gone);
  }
  bool changes_no_more() const override { return left_ == 0; }
  std::optional<std::int64_t> left_;
};

class LateStep final : public BendStep {
 public:
  LateStep(Late late, BendKey key) : late_(late), key_(std::move(key)), at_(key_.offset) {}

  void put(std::string_view bytes, Instant now) override {
    while (!bytes.empty()) {
      const auto block = at_ / kJitterBlock;
      const auto size = std::min<std::uint64_t>(bytes.size(), (block + 1) * kJitterBlock - at_);
      const auto piece = bytes.substr(0, late_.jitter.count() == 0 ? bytes.size() : size);
      last_ = std::max(last_, now + late_.by + jitter(block));
      if (!waiting_.empty() && waiting_.back().due == last_) {
        waiting_.back().bytes += piece;
      } else {
        waiting_.push_back({last_, std::string(piece)});
      }
      held_ += piece.size();
      at_ += piece.size();
      bytes.remove_prefix(piece.size());
    }
  }

  Pieces take(Instant now) override {
    std::string passed;
    while (!waiting_.empty() && waiting_.front().due <= now) {
      passed += waiting_.front().bytes;
      waiting_.pop_front();
    }
    held_ -= passed.size();
    return passed.empty() ? Pieces{} : Pieces{std::move(passed)};
  }

  std::optional<Instant> wake() const override {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.front().due;
  }
  std::size_t held() const override { return held_; }
  /// What is late is on its way: a link that is long holds much.
  bool full() const override { return held_ > 64 * kMostHeld; }

 private:
  struct Waiting {
    Instant due;
    std::string bytes;
  };

  Duration jitter(std::uint64_t block) const {
    if (late_.jitter.count() == 0) return Duration::zero();
    const auto share = draw_fraction(key_.seed, key_.fault, key_.connection, block);
    return std::chrono::duration_cast<Duration>(late_.jitter * share);
  }

  Late late_;
  BendKey key_;
  std::uint64_t at_;
  Instant last_{};
  std::deque<Waiting> waiting_;
  std::size_t held_ = 0;
};

/// Bytes that wait in one buffer, and pass from its front.
class BufferedStep : public BendStep {
 public:
  void put(std::string_view bytes, Instant now) final {
    if (buffer_.size() == gone_) begin(now);
    if (gone_ > buffer_.size() / 2) {
      buffer_.erase(0, gone_);
      gone_ = 0;
    }
    buffer_ += bytes;
  }
  std::size_t held() const final { return buffer_.size() - gone_; }

 protected:
  std::string pass(std::size_t bytes) {
    auto piece = buffer_.substr(gone_, bytes);
    gone_ += piece.size();
    return piece;
  }

 private:
  /// Bytes come where there were none.
  virtual void begin(Instant now) = 0;

  std::string buffer_;
  std::size_t gone_ = 0;
};

/// What has passed since `start_` is never more than the burst and what the rate gives: exact in
/// the long run, whatever the timers do.
class PaceStep final : public BufferedStep {
 public:
  explicit PaceStep(Pace pace) : pace_(pace) {}

  Pieces take(Instant now) override {
    const auto allowed = allowed_by(now);
    if (held() == 0 || allowed <= passed_) return {};
    auto piece = pass(static_cast<std::size_t>(allowed - passed_));
    passed_ += static_cast<std::int64_t>(piece.size());
    return {std::move(piece)};
  }

  std::optional<Instant> wake() const override {
    if (held() == 0) return std::nullopt;
    const auto wanted = std::min(static_cast<std::int64_t>(held()), quantum());
    return time_of(passed_ + wanted - pace_.burst_bytes);
  }
  bool full() const override {
    return held() > std::max(kMostHeld, static_cast<std::size_t>(kQuantaHeld * quantum()));
  }

 private:
  using Nanoseconds = std::chrono::nanoseconds;
  static constexpr std::int64_t kSecond = 1'000'000'000;
  static constexpr std::int64_t kQuantaHeld = 8;  // what a wake-up that comes late makes good with

  /// What passes at once: some 2 ms of the rate, a byte at least.
  std::int64_t quantum() const { return std::max<std::int64_t>(1, pace_.bytes_per_s / 500); }

  /// After a pause the account begins anew: the burst's worth of a pause is all that counts.
  void begin(Instant now) override {
    if (!begun_ || now > time_of(passed_)) {
      start_ = now;
      passed_ = 0;
    }
    begun_ = true;
  }
  Instant time_of(std::int64_t bytes) const {
    if (bytes <= 0) return start_;
    const auto seconds = bytes / pace_.bytes_per_s;
    const auto rest = bytes % pace_.bytes_per_s;
    const auto part = (rest * kSecond + pace_.bytes_per_s - 1) / pace_.bytes_per_s;
    return start_ + std::chrono::ceil<Duration>(Nanoseconds(seconds * kSecond + part));
  }
  std::int64_t allowed_by(Instant now) const {
    const auto ns = std::chrono::duration_cast<Nanoseconds>(now - start_).count();
    const auto seconds = ns / kSecond;
    return pace_.burst_bytes + seconds * pace_.bytes_per_s +
           ns % kSecond * pace_.bytes_per_s / kSecond;
  }

  Pace pace_;
  bool begun_ = false;
  Instant start_{};
  std::int64_t passed_ = 0;
};

class SliceStep final : public BufferedStep {
 public:
  explicit SliceStep(Slices slices) : slices_(slices) {}

  /// Each has its own time: after a late wake-up, those that are due go out, and no others.
  Pieces take(Instant now) override {
    Pieces pieces;
    while (held() > 0 && next_ <= now) {
      pieces.push_back(pass(static_cast<std::size_t>(slices_.bytes)));
      next_ += slices_.gap;
    }
    return pieces;
  }
  std::optional<Instant> wake() const override {
    if (held() == 0) return std::nullopt;
    return next_;
  }
  bool full() const override { return held() > kMostHeld; }

 private:
  void begin(Instant now) override { next_ = std::max(next_, now); }

  Slices slices_;
  Instant next_{};
};

bool is_over(const std::unique_ptr<BendStep>& step) {
  return step->is_instant() && static_cast<const InstantStep&>(*step).is_over();
}

struct Maker {
  BendKey key;
  std::unique_ptr<BendStep> operator()(const Late& late) {
    return std::make_unique<LateStep>(late, std::move(key));
  }
  std::unique_ptr<BendStep> operator()(const Pace& pace) {
    return std::make_unique<PaceStep>(pace);
  }
  std::unique_ptr<BendStep> operator()(const Slices& slices) {
    return std::make_unique<SliceStep>(slices);
  }
  std::unique_ptr<BendStep> operator()(const Flip& flip) {
    return std::make_unique<FlipStep>(flip, std::move(key));
  }
  std::unique_ptr<BendStep> operator()(const Insert& insert) {
    return std::make_unique<InsertStep>(insert.bytes);
  }
  std::unique_ptr<BendStep> operator()(const Swallowed& swallowed) {
    return std::make_unique<SwallowStep>(swallowed.bytes);
  }
};

}  // namespace

bool is_instant(const Bend& bend) {
  return std::holds_alternative<Flip>(bend) || std::holds_alternative<Insert>(bend) ||
         std::holds_alternative<Swallowed>(bend);
}

std::unique_ptr<BendStep> make_bend(const Bend& bend, BendKey key) {
  return std::visit(Maker{std::move(key)}, bend);
}

bool Bends::can_add(const Bend& bend) const { return is_instant(bend) || held() == 0; }

Bends::Row& Bends::row() {
  if (!row_) row_ = std::make_unique<Row>();
  return *row_;
}

void Bends::add(const Bend& bend, BendKey key) {
  ensure(can_add(bend), "a bend would delay what stood before it");
  auto& steps = row().steps;
  auto place = steps.end();
  if (is_instant(bend)) {
    place = std::find_if(steps.begin(), steps.end(),
                         [](const auto& step) { return !step->is_instant(); });
  }
  steps.insert(place, make_bend(bend, std::move(key)));
}

void Bends::feed(std::size_t from, std::string_view bytes, Instant now) {
  auto& [steps, out] = row();
  if (from < steps.size()) return steps[from]->put(bytes, now);
  out.emplace_back(bytes);
}

void Bends::put(std::string_view bytes, Instant now) { feed(0, bytes, now); }

std::vector<std::string> Bends::take(Instant now) {
  if (!row_) return {};
  auto& [steps, out] = *row_;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const auto& piece : steps[i]->take(now))
      feed(i + 1, piece, now);
  }
  std::erase_if(steps, is_over);
  return std::exchange(out, {});
}

std::optional<Instant> Bends::wake() const {
  if (!row_) return std::nullopt;
  std::optional<Instant> first;
  for (const auto& step : row_->steps) {
    const auto at = step->wake();
    if (at && (!first || *at < *first)) first = at;
  }
  return first;
}

std::size_t Bends::held() const {
  if (!row_) return 0;
  std::size_t all = 0;
  for (const auto& step : row_->steps)
    all += step->held();
  for (const auto& piece : row_->out)
    all += piece.size();
  return all;
}

bool Bends::full() const {
  return row_ && std::ranges::any_of(row_->steps, [](const auto& step) { return step->full(); });
}

}  // namespace misproxy
