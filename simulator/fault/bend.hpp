#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "fault/effect.hpp"

namespace misproxy {

/// What a bend draws with (core/draw.hpp), and where in the stream it begins.
struct BendKey {
  std::uint64_t seed = 0;
  std::string fault;
  std::string connection;
  std::uint64_t offset = 0;
};

/// It changes what passes, and takes no time.
bool is_instant(const Bend& bend);

/// One bend at work: a pure step. Bytes go in at a time, and come out, in their order, at theirs.
class BendStep {
 public:
  virtual ~BendStep() = default;

  virtual void put(std::string_view bytes, Instant now) = 0;
  /// What may pass by `now`, in pieces that are each to be sent by themselves.
  virtual std::vector<std::string> take(Instant now) = 0;
  /// When more may pass; nothing where it holds nothing.
  virtual std::optional<Instant> wake() const { return std::nullopt; }
  /// Bytes that wait.
  virtual std::size_t held() const { return 0; }
  /// It holds so much that whoever sends should wait.
  virtual bool full() const { return false; }
  /// It has its effect at once, and never holds anything.
  virtual bool is_instant() const { return false; }
};

std::unique_ptr<BendStep> make_bend(const Bend& bend, BendKey key);

/// All the bends of one stream: those with an effect on content first, those on time behind them,
/// each in the order in which they were added.
class Bends {
 public:
  /// From the bytes that are put next. One that takes time wants all put before to have passed.
  void add(const Bend& bend, BendKey key);
  /// False where it would delay bytes that stood before its place.
  bool can_add(const Bend& bend) const;

  void put(std::string_view bytes, Instant now);
  std::vector<std::string> take(Instant now);
  std::optional<Instant> wake() const;
  std::size_t held() const;
  bool full() const;
  bool none() const { return !row_ || row_->steps.empty(); }
  void clear() {
    if (row_) row_->steps.clear();
  }

 private:
  struct Row {
    std::vector<std::unique_ptr<BendStep>> steps;
    std::vector<std::string> out;  // behind the last step
  };

  Row& row();
  void feed(std::size_t from, std::string_view bytes, Instant now);

  std::unique_ptr<Row> row_;  // most streams have none, and there may be many
};

}  // namespace misproxy
