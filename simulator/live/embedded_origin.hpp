#pragma once

#include <memory>

#include "live/back.hpp"
#include "live/seat.hpp"

namespace misproxy::live {

/// The session of the embedded origin, behind a proxy without a socket between them.
class EmbeddedOrigin final : public Back,
                             public Seat::Owner,
                             public std::enable_shared_from_this<EmbeddedOrigin> {
 public:
  EmbeddedOrigin(std::shared_ptr<Front> front, std::unique_ptr<Session> session);

  void take(Told told) override;
  void leave() override;
  void fired(Timer timer) override;

 private:
  void step(const Event& event);
  void perform(Action action);

  Seat seat_;
};

}  // namespace misproxy::live
