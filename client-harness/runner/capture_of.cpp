#include "runner/capture_of.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "capture/address.hpp"
#include "core/endpoint.hpp"
#include "core/glob.hpp"

namespace misproxy {
namespace {

using simulated::CapturePointId;

std::string_view description_of(CapturePointId at) {
  switch (at) {
    case CapturePointId::client:
      return "the client's end of its link";
    case CapturePointId::proxy:
      return "the proxy's end of its link";
    case CapturePointId::origin:
      return "the origin's end of its link";
    case CapturePointId::router_client:
      return "the router's end of the client's link";
    case CapturePointId::router_proxy:
      return "the router's end of the proxy's link";
    case CapturePointId::router_origin:
      return "the router's end of the origin's link";
  }
  return "";
}

std::vector<std::pair<IpAddress, std::string>> names_of(const Scenario& scenario) {
  const auto& network = scenario.network;
  const auto address = [](const std::string& text) {
    return parse_ipv4(parse_endpoint(text)->host).value_or(0);
  };
  std::vector<std::pair<IpAddress, std::string>> names{
      {parse_ipv4(network.client).value_or(0), "fmc"},
      {address(network.proxy), network.proxy_name.empty() ? "proxy" : network.proxy_name}};
  for (const auto& origin : scenario.origins) {
    if (!is_glob(origin.host)) {
      names.emplace_back(address(network.origin), origin.host);
    }
  }
  return names;
}

}  // namespace

std::string_view link_end_name(CapturePointId at) {
  switch (at) {
    case CapturePointId::client:
      return "client";
    case CapturePointId::proxy:
      return "proxy";
    case CapturePointId::origin:
      return "origin";
    case CapturePointId::router_client:
      return "router-client";
    case CapturePointId::router_proxy:
      return "router-proxy";
    case CapturePointId::router_origin:
      return "router-origin";
  }
  return "";
}

std::optional<std::vector<CapturePointId>> parse_link_ends(std::string_view text) {
  if (text == "all") return std::vector(kLinkEnds.begin(), kLinkEnds.end());
  std::set<std::string_view> wanted;
  for (auto rest = text;; rest.remove_prefix(rest.find(',') + 1)) {
    wanted.insert(rest.substr(0, rest.find(',')));
    if (rest.find(',') == std::string_view::npos) break;
  }
  std::vector<CapturePointId> ends;
  for (const auto end : kLinkEnds) {
    if (wanted.erase(link_end_name(end)) == 1) ends.push_back(end);
  }
  if (!wanted.empty() || ends.empty()) return std::nullopt;
  return ends;
}

CaptureHead capture_head_of(const std::vector<CapturePointId>& points, std::string_view world,
                            const Plan& plan, std::string_view digest, bool comments) {
  const auto& scenario = plan.scenario();
  CaptureHead head;
  head.has_comments = comments;
  head.comment = fmt::format("misproxy, world {}: scenario {}, seed {}, plan {}", world,
                             scenario.about.id, plan.seed(), digest);
  for (const auto point : points)
    head.points.push_back({std::string(link_end_name(point)), std::string(description_of(point))});
  head.names = names_of(scenario);
  return head;
}

}  // namespace misproxy
