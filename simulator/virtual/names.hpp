#pragma once

#include <string>
#include <utility>
#include <vector>

#include "capture/ip_address.hpp"
#include "scenario/scenario.hpp"

namespace misproxy::simulated {

/// Where the parties of a scenario stand.
IpAddress client_address(const Scenario& scenario);
IpAddress proxy_address(const Scenario& scenario);
IpAddress origin_address(const Scenario& scenario);
/// The same host's address in IPv6: fd00::a28:2801 of 10.40.40.1.
IpAddress v6_of(const IpAddress& v4);

/// The names of a scenario: those of the client, the proxy and the origins, a glob's for all that
/// it means. The client has them in its /etc/hosts, but for those that a fault at `lookup` is for:
/// these it has to ask its resolver for.
class Names {
 public:
  explicit Names(const Scenario& scenario);

  /// As /etc/hosts has them; globs it cannot have.
  std::string hosts_file() const;
  /// Null where there is no such name; in lower case.
  const IpAddress* address_of(const std::string& name) const;
  /// Whether a fault at `lookup` is for it.
  bool is_asked_for(const std::string& name) const;

 private:
  std::vector<std::pair<std::string, IpAddress>> names_;  // a glob among them
  std::vector<std::string> asked_for_;                    // globs
};

}  // namespace misproxy::simulated
