#include <fmt/format.h>

#include "capture/address.hpp"
#include "runner/virtual_runner.hpp"

namespace misproxy {
namespace {

using simulated::CapturePointId;

CapturePoint point_of(CapturePointId at) {
  switch (at) {
    case CapturePointId::client:
      return {"client", "the client's end of its link"};
    case CapturePointId::proxy:
      return {"proxy", "the proxy's end of its link"};
    case CapturePointId::origin:
      return {"origin", "the origin's end of its link"};
    case CapturePointId::router_client:
      return {"router-client", "the router's end of the client's link"};
    case CapturePointId::router_proxy:
      return {"router-proxy", "the router's end of the proxy's link"};
    case CapturePointId::router_origin:
      return {"router-origin", "the router's end of the origin's link"};
  }
  return {};
}

std::vector<std::pair<Ipv4, std::string>> names_of(const Scenario& scenario) {
  const auto& network = scenario.network;
  const auto address = [](const std::string& text) {
    return parse_ipv4(parse_endpoint(text)->host).value_or(0);
  };
  std::vector<std::pair<Ipv4, std::string>> names{
      {parse_ipv4(network.client).value_or(0), "fmc"},
      {address(network.proxy), network.proxy_name.empty() ? "proxy" : network.proxy_name}};
  for (const auto& origin : scenario.origins) {
    if (origin.host.find_first_of("*?") == std::string::npos) {
      names.emplace_back(address(network.origin), origin.host);
    }
  }
  return names;
}

}  // namespace

std::string capture_of(const simulated::RunRecord& record, CapturePointId at, const Plan& plan,
                       CivilTime epoch) {
  const auto& scenario = plan.scenario();
  CaptureHead head;
  head.comment = fmt::format("misproxy, world virtual: scenario {}, seed {}, plan {}",
                             scenario.about.id, plan.seed(), plan.digest());
  head.points = {point_of(at)};
  head.names = names_of(scenario);
  const Pcapng file(head);
  std::string bytes = file.begin();
  if (!record.key_log.empty()) bytes += file.secrets(record.key_log);
  std::uint64_t count = 0;
  for (const auto& captured : record.frames) {
    if (captured.point != at) continue;
    auto packet = captured.frame->packet;
    if (captured.routed) --packet.ttl;
    bytes +=
        file.packet(0, epoch.time_since_epoch() + captured.at, packet, captured.frame->comment);
    ++count;
  }
  return bytes + file.end(epoch.time_since_epoch() + record.ended, {count});
}

}  // namespace misproxy
