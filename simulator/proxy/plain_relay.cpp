#include "proxy/plain_relay.hpp"

namespace misproxy {

void PlainRelay::tell(const Event& event) {
  relay_->step(event, now_);
  relay_on();
}

void PlainRelay::from_origin(std::string_view bytes) {
  relay_->hear(bytes, now_);
  relay_on();
}

void PlainRelay::origin_ended(Ending how) {
  relay_->far_ended({how, false}, now_);
  relay_on();
}

void PlainRelay::relay_on() {
  act(relay_->take_actions());
  for_origin_ += relay_->take_for_far();
  for_client_ += relay_->take_for_client();
  if (const auto how = relay_->take_end()) end_ = how;
}

}  // namespace misproxy
