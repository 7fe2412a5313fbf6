#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "live/back.hpp"
#include "live/dial.hpp"
#include "live/link.hpp"

namespace misproxy::live {

/// A socket to a real upstream, behind a proxy.
///
///     front <- received, closed <- Link ==socket== the upstream
///
/// Who of the two takes less than comes pauses the other: a client that is slow, by `pause`; an
/// upstream that is slow, by `Front::pause_client`.
class Upstream final : public Back,
                       public Link::Owner,
                       public std::enable_shared_from_this<Upstream> {
 public:
  /// `again`: the front had one like it before, which is told once: whether an upstream's end or
  /// the next request comes first is the network's mood.
  Upstream(std::shared_ptr<Front> front, Route route, bool again);

  void take(Told told) override;
  void pause() override;
  void resume() override;
  void go_on() override;
  Link* socket() override { return link_ && !is_own_origin_ ? &*link_ : nullptr; }
  void leave() override;

  std::shared_ptr<void> alive() override { return shared_from_this(); }
  void received(std::string_view bytes, Arrival arrived) override;
  void peer_closed(Ending how) override;
  void drained() override;
  void linger_ran_out() override {}
  bool waits() override { return front_ && front_->waits(); }
  void finished() override {}

 private:
  void dial();
  void reached(Dial::Reached reached);
  void send(std::string bytes);
  void hang_up(Ending how);
  void release_client();

  std::unique_ptr<Route> route_;  // until it is dialled
  bool is_own_origin_;
  bool stamped_;
  bool again_;
  std::shared_ptr<Dial> dial_;
  std::optional<Link> link_;
  int pauses_ = 0;
  bool client_paused_ = false;
  bool ended_ = false;  // by us: what the upstream does after that is its answer
  bool resets_ = false;
};

}  // namespace misproxy::live
