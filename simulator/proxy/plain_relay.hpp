#pragma once

#include <memory>

#include "proxy/inner_relay.hpp"
#include "proxy/origin_side.hpp"

namespace misproxy {

/// Before a real origin without TLS, where faults act on its requests and responses.
class PlainRelay final : public OriginSide {
 public:
  explicit PlainRelay(std::unique_ptr<InnerRelay> relay) : relay_(std::move(relay)) {}

  void tell(const Event& event) override;
  void from_client(std::string_view bytes) override { tell(Received{Party::client, bytes}); }
  void from_origin(std::string_view bytes) override;
  void client_ended() override { tell(Closed{Party::client, Ending::fin}); }
  void origin_ended(Ending how) override;

 private:
  void relay_on();

  std::unique_ptr<InnerRelay> relay_;
};

}  // namespace misproxy
