#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/dns_bytes.hpp"
#include "core/time.hpp"
#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "trace/event.hpp"
#include "virtual/frame.hpp"
#include "virtual/names.hpp"

namespace misproxy::simulated {

/// The resolver that the client asks, which stands at the router: it knows the names of the
/// scenario, and here the faults of point `lookup` act. Whoever asks, a kernel's programs or a
/// simulated host, is nothing to it.
class Resolver {
 public:
  /// `message` is empty where nothing is answered. `comment`: of a capture, what a fault did.
  struct Reply {
    std::string message{};
    Duration wait{0};
    std::string comment{};
    std::vector<TraceEvent> events{};
  };
  /// Of more names it is not counted how often they are asked for.
  static constexpr std::size_t kMostNames = 10'000;

  /// Plan and counts outlive it.
  Resolver(const Plan& plan, FaultCounts& counts);

  /// Nothing where these bytes ask nothing. Source: RFC 1035 section 4.
  std::optional<Reply> answer(std::string_view message);

  /// What goes back to who asked, after a while; without a frame nothing does.
  struct Answer {
    FramePtr frame{};
    Duration wait{0};
    std::vector<TraceEvent> events{};
  };
  /// The same of a question under way, whose frame tells what a fault did with it.
  std::optional<Answer> answer(const Datagram& question, Frame& frame);

 private:
  std::int64_t count(const DnsQuestion& question);
  DnsReply what_is_known(const DnsQuestion& question) const;
  /// False where the fault has decided what is answered.
  bool perform(const Fault& fault, const DnsQuestion& question, std::int64_t attempt,
               Reply& reply) const;

  const Plan& plan_;
  FaultCounts& counts_;
  Names names_;
  bool has_faults_ = false;
  std::map<std::pair<std::string, std::uint16_t>, std::int64_t> asked_;
};

}  // namespace misproxy::simulated
