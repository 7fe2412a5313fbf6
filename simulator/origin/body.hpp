#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "http/byte_range.hpp"
#include "http/gzip.hpp"
#include "origin/routes.hpp"
#include "plan/plan.hpp"

namespace misproxy {

/// The bytes of a body, which can be asked for from any place on.
class Body {
 public:
  virtual ~Body() = default;
  virtual std::uint64_t size() const = 0;
  /// Fills `out` with what stands from `at` on; fewer than asked for where its source has failed.
  virtual std::size_t read(std::uint64_t at, std::span<char> out) const = 0;
  /// The seed, where its bytes come from that and the size alone.
  virtual std::optional<std::uint64_t> seed() const { return std::nullopt; }
};

/// All of an answer's body, whatever part of it is sent.
std::shared_ptr<const Body> body_of(const OriginAnswer& answer, const Plan& plan);

/// A body on its way: a part of it, coded or not, in pieces that follow each other.
class BodyStream {
 public:
  BodyStream(std::shared_ptr<const Body> body, ByteRange part, bool gzip);

  /// The next bytes, so many; fewer only at the end, and in the end none.
  std::string next(std::size_t most);
  /// There is nothing more.
  bool over() const { return ready_.empty() && ended_; }
  /// It has ended before its time: its source has failed.
  bool cut_short() const { return cut_short_; }

 private:
  std::string read(std::size_t most);

  std::shared_ptr<const Body> body_;
  std::uint64_t at_;
  std::uint64_t end_;
  std::optional<Gzip> gzip_;
  std::string ready_;  // coded, and not asked for yet
  bool ended_ = false;
  bool cut_short_ = false;
};

/// What of an answer's body is sent.
BodyStream stream_of(const OriginAnswer& answer, const Plan& plan);

}  // namespace misproxy
