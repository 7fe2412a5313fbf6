#include "lab/lab.hpp"

#include <utility>

#include "core/endpoint.hpp"
#include "lab/files.hpp"
#include "virtual/names.hpp"

namespace misproxy::lab {
namespace {

using boost::asio::ip::tcp;
using simulated::client_address;
using simulated::origin_address;
using simulated::proxy_address;
using simulated::v6_of;

/// An IPv4 address may come as one that is mapped into IPv6, from a socket for both.
SocketAddress address_of(const tcp::endpoint& endpoint) {
  return {parse_ip(endpoint.address().to_string()).value_or(IpAddress()), endpoint.port()};
}

}  // namespace

std::variant<std::unique_ptr<Lab>, std::string> Lab::make(boost::asio::io_context& context,
                                                          const Plan& plan, Timers::Clock clock,
                                                          Wire::OnNote on_note) {
  std::unique_ptr<Lab> lab(new Lab);
  auto why = lab->build(context, plan, std::move(clock), std::move(on_note));
  if (!why.empty()) return why;
  return lab;
}

std::string Lab::build(boost::asio::io_context& context, const Plan& plan, Timers::Clock clock,
                       Wire::OnNote on_note) {
  const auto& scenario = plan.scenario();
  const std::array addresses{client_address(scenario), proxy_address(scenario),
                             origin_address(scenario)};
  std::array<Wire::End, 3> ends;
  for (const auto party : {Party::client, Party::proxy, Party::origin}) {
    const auto i = static_cast<std::size_t>(party);
    const Host::Settings settings{addresses.at(i), v6_of(addresses.at(i)),
                                  scenario.network.probes_mtu(party),
                                  scenario.network.tcp_of(party)};
    if (auto why = hosts_.at(i).make(settings); !why.empty()) return why;
    ends.at(i) = {hosts_.at(i).tun(), settings.address, settings.address6};
  }
  if (auto why = lay_out_files(scenario); !why.empty()) return why;
  hosts_[1].enter();
  proxy_ = {boost::asio::ip::make_address(ip_text(addresses[1])),
            parse_endpoint(scenario.network.proxy)->port};
  origin_ = boost::asio::ip::make_address(ip_text(addresses[2]));
  wire_ = std::make_unique<Wire>(context, plan, ends, std::move(clock), std::move(on_note));
  wire_->start();
  return {};
}

std::int64_t Lab::number_of(const tcp::endpoint& client) {
  return wire_->flows().connection_from(address_of(client));
}

void Lab::proxy_dials(const tcp::endpoint& local, std::int64_t connection) {
  wire_->flows().proxy_dials(address_of(local), connection);
}

}  // namespace misproxy::lab
