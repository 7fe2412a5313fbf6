#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "live/connection.hpp"

namespace misproxy::live {

/// What the origin's end of a connection of the proxy's needs, where a wire lies between the two:
/// its events are told among those of the client's connection that it belongs to.
class OriginLeg final : public Host, public std::enable_shared_from_this<OriginLeg> {
 public:
  OriginLeg(Host& server, std::function<void()> on_over)
      : held_(server.hold()), server_(server), on_over_(std::move(on_over)) {}

  std::shared_ptr<void> hold() const override {
    return std::const_pointer_cast<OriginLeg>(shared_from_this());
  }
  Instant now() const override { return server_.now(); }
  const Fault* fault(std::string_view id) const override { return server_.fault(id); }
  void record(TraceLine&& line) override { server_.record(std::move(line)); }
  std::int64_t count_attempt(const std::string& host) override {
    return server_.count_attempt(host);
  }
  std::unique_ptr<Session> origin_session(const Open&, ConnectionFacts) override { return nullptr; }
  bool tells_end() const override { return false; }
  bool stamps_arrivals() const override { return server_.stamps_arrivals(); }
  void connection_over(std::int64_t) override { on_over_(); }

 private:
  std::shared_ptr<void> held_;
  Host& server_;
  std::function<void()> on_over_;
};

}  // namespace misproxy::live
