#include "virtual/lookup.hpp"

#include <algorithm>
#include <utility>

#include "capture/dns_bytes.hpp"
#include "core/draw.hpp"

namespace misproxy::simulated {
namespace {

/// The server says that it cannot, or will not: another might. Source: res_send.c of glibc.
bool asks_elsewhere(unsigned rcode) {
  constexpr std::array kCannot{2U, 4U, 5U};  // SERVFAIL, NOTIMP, REFUSED
  return std::ranges::find(kCannot, rcode) != kCannot.end();
}

}  // namespace

Lookup::Lookup(EventQueue& queue, Setup setup)
    : setup_(std::move(setup)),
      patience_(queue, [this] { lose_patience(); }),
      asked_{Asked{kDnsA}, Asked{kDnsAaaa}} {}

void Lookup::begin() { ask(); }

void Lookup::ask() {
  constexpr std::uint64_t kFirstPort = 32'768;
  constexpr std::uint64_t kPorts = 28'232;
  ++rounds_;
  port_ = static_cast<std::uint16_t>(kFirstPort +
                                     draw(setup_.key, "dns-port", setup_.name, rounds_) % kPorts);
  for (auto& each : asked_) {
    each.answered = false;
    each.id = static_cast<std::uint16_t>(
        draw(setup_.key, "dns-id", setup_.name, rounds_ * 2 + (each.type == kDnsA ? 0 : 1)));
    const auto query = dns_query(each.id, setup_.name, each.type);
    setup_.send({{setup_.client, port_}, {setup_.server, kDnsPort}, query});
  }
  patience_.start(kTimeout);
}

void Lookup::take(const Datagram& datagram) {
  if (over_ || datagram.destination.port != port_ || datagram.source.port != kDnsPort) return;
  const auto response = read_dns_response(datagram.payload);
  if (!response) return;
  const auto asked = std::ranges::find(asked_, response->id, &Asked::id);
  if (asked == asked_.end() || asked->answered) return;
  if (asks_elsewhere(response->rcode)) return try_again();
  asked->answered = true;
  if (response->address && !response->address->is_v6) found_ = ip_text(*response->address);
  if (std::ranges::all_of(asked_, &Asked::answered)) finish(found_);
}

void Lookup::lose_patience() {
  if (std::ranges::none_of(asked_, &Asked::answered)) return try_again();
  ++halves_ < kRounds ? ask() : finish(found_);
}

void Lookup::try_again() {
  if (tries_ == kTries) return finish(std::nullopt);
  ++tries_;
  ask();
}

void Lookup::finish(std::optional<std::string> address) {
  over_ = true;
  patience_.stop();
  setup_.done(std::move(address));
}

}  // namespace misproxy::simulated
