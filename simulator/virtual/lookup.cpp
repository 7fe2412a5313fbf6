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
      asked_{Asked{kDnsA}, Asked{kDnsAaaa}} {
  for (std::size_t i = 0; i < asked_.size(); ++i)
    asked_[i].id = static_cast<std::uint16_t>(draw(setup_.key, "dns-id", setup_.name, i));
}

void Lookup::begin() {
  take_port();
  ask();
}

void Lookup::take_port() {
  constexpr std::uint64_t kFirstPort = 32'768;
  constexpr std::uint64_t kPorts = 28'232;
  port_ = static_cast<std::uint16_t>(kFirstPort +
                                     draw(setup_.key, "dns-port", setup_.name, ports_++) % kPorts);
}

void Lookup::ask() {
  told_ = false;
  for (auto& each : asked_)
    each.answered = false;
  ask(asked_[0]);
  if (manner_ == Manner::at_once) ask(asked_[1]);
  patience_.start(kTimeout);
}

void Lookup::ask(Asked& question) {
  if (manner_ == Manner::from_two_ports) take_port();
  question.port = port_;
  setup_.send({{setup_.client, port_},
               {setup_.server, kDnsPort},
               dns_query(question.id, setup_.name, question.type)});
}

void Lookup::take(const Datagram& datagram) {
  if (over_ || datagram.source.port != kDnsPort) return;
  const auto response = read_dns_response(datagram.payload);
  if (!response) return;
  const auto asked = std::ranges::find(asked_, response->id, &Asked::id);
  if (asked == asked_.end() || asked->answered || asked->port != datagram.destination.port) return;
  asked->answered = true;
  told_ = told_ || !asks_elsewhere(response->rcode);
  if (response->address && !response->address->is_v6) found_ = ip_text(*response->address);
  if (!std::ranges::all_of(asked_, &Asked::answered)) {
    if (manner_ != Manner::at_once && !asked_[1].answered) ask(asked_[1]);
  } else if (told_) {
    finish(found_);
  } else {
    try_again();
  }
}

void Lookup::lose_patience() {
  if (std::ranges::none_of(asked_, &Asked::answered)) return try_again();
  if (manner_ == Manner::from_two_ports) return finish(found_);
  manner_ = manner_ == Manner::at_once ? Manner::in_turn : Manner::from_two_ports;
  ask();
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
