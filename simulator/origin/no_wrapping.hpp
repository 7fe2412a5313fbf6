#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "origin/wrapping.hpp"

namespace misproxy {

/// Nothing at all: an origin without TLS.
class NoWrapping final : public Wrapping {
 public:
  State state() const override { return State::open; }

  std::size_t take(std::string_view bytes, ActionList&) override {
    input_ += bytes;
    return bytes.size();
  }
  bool ready() const override { return !input_.empty(); }
  bool stuck() const override { return false; }
  std::string open(ActionList&) override { return std::exchange(input_, {}); }
  void gone(std::string_view, ActionList&) override {}

  void seal(std::string_view words) override { output_ += words; }
  bool alert(std::uint8_t, std::uint8_t) override { return false; }
  void close() override {}
  std::string take_output(ActionList&) override { return std::exchange(output_, {}); }

  std::string_view scheme() const override { return "http"; }
  std::uint16_t usual_port() const override { return 80; }

 private:
  std::string input_;
  std::string output_;
};

}  // namespace misproxy
