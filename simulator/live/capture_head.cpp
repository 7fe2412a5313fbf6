#include "live/capture_head.hpp"

#include <fmt/format.h>

#include <map>

#include "capture/address.hpp"

namespace misproxy::live {
namespace {

constexpr Ipv4 kLocalhost = 0x7f000001;

constexpr auto kMadeFrom =
    "misproxy, world live: made from what the proxy's sockets did, not from the wire. Bytes, their "
    "order, times, addresses, ports and endings are real; segments, ACKs, numbers and options are "
    "made up, and what the network lost or sent again does not show.";

}  // namespace

CaptureHead capture_head(const std::vector<const Server*>& servers, CaptureComments comments) {
  CaptureHead head;
  head.comment = kMadeFrom;
  head.has_comments = comments == CaptureComments::all;
  std::map<IpAddress, std::string> names{{kLocalhost, "localhost"}};
  for (const auto* server : servers) {
    const auto& plan = server->plan();
    const auto proxy = server->proxy();
    head.comment +=
        fmt::format("\nscenario {}, seed {}, plan {}", server->name(), plan.seed(), plan.digest());
    const auto name =
        head.has_comments ? server->name() : fmt::format("proxy-{}", head.points.size() + 1);
    head.points.push_back({name, fmt::format("the proxy's sockets at {}", proxy.text())});
    if (const auto address = parse_ip(proxy.host)) names.try_emplace(*address, name);
  }
  head.names.assign(names.begin(), names.end());
  return head;
}

}  // namespace misproxy::live
