#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string_view>

#include "capture/read_packet.hpp"
#include "lab/flow_book.hpp"
#include "lab/timers.hpp"
#include "lab/tun_port.hpp"
#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "trace/event.hpp"
#include "virtual/frame.hpp"
#include "virtual/link.hpp"
#include "virtual/resolver.hpp"
#include "virtual/router.hpp"

namespace misproxy::lab {

/// The links and the router of the virtual world between three hosts that have a kernel each: the
/// same code decides of every packet, and what no fault changes goes on byte for byte.
///
///     client's tun ── link ── router ── link ── proxy's tun
///                               └── link ── origin's tun
///
/// One thread: that of the io_context.
class Wire final : private simulated::Router::Surroundings {
 public:
  struct End {
    int tun = -1;
    IpAddress address;
    IpAddress address6;
  };
  /// What the router tells of a client's connection.
  using OnNote = std::function<void(std::int64_t connection, TraceEvent event)>;
  /// What is left to the last segments once nobody says more.
  static constexpr std::chrono::milliseconds kSilence{10};
  static constexpr std::chrono::milliseconds kMostPatience{300};

  /// `ends` by party: client, proxy, origin. `clock`: the world's time. The plan outlives it.
  Wire(boost::asio::io_context& context, const Plan& plan, std::array<End, 3> ends,
       Timers::Clock clock, OnNote on_note);

  /// Told of every frame from now on; null: nobody.
  void tap(simulated::Taps* taps) { taps_ = taps; }
  void start();
  void stop();
  /// Calls once the connections are over and the last segments have arrived, or shortly after.
  void when_quiet(std::function<void()> call);

  FlowBook& flows() { return flows_; }

 private:
  simulated::Flow flow_of(SocketAddress from, SocketAddress to) const override;
  void note(std::int64_t connection, TraceEvent event) override;
  void leaves(Party to, simulated::FramePtr frame) override;

  void build_links(const Network& network);
  void sent(Party from, std::string_view ip_bytes);
  void arrives_at_router(Party from, simulated::FramePtr frame);
  void route_other(Party from, const IpHead& head, const simulated::FramePtr& frame);
  void ask_router(Party from, const IpHead& head, const simulated::FramePtr& frame);
  void ask_resolver(Party from, const Datagram& question, const simulated::FramePtr& frame);
  void refuse(Party from, const simulated::FramePtr& frame, std::uint8_t code, std::int64_t mtu);
  bool swallowed_by_size(std::size_t bytes) const;
  void arrives_at_host(Party at, const simulated::FramePtr& frame);
  void tap_at(simulated::CapturePointId point, const simulated::FramePtr& frame, bool routed);
  std::optional<Party> party_at(const IpAddress& address) const;
  std::int64_t mtu_between(Party one, Party other) const;
  void look_for_quiet(Instant last_call);

  const Plan& plan_;
  Timers timers_;
  std::array<End, 3> ends_;
  FaultCounts counts_;
  FlowBook flows_;
  simulated::Resolver resolver_;
  simulated::Router router_;
  std::array<std::unique_ptr<TunPort>, 3> ports_;
  std::array<std::unique_ptr<simulated::Link>, 3> to_router_;
  std::array<std::unique_ptr<simulated::Link>, 3> from_router_;
  OnNote on_note_;
  simulated::Taps* taps_ = nullptr;
  Instant last_packet_{0};
  std::function<void()> on_quiet_;
};

}  // namespace misproxy::lab
