#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/ip_address.hpp"
#include "scenario/scenario.hpp"

namespace misproxy::lab {

/// Where the parties of a scenario stand in the lab.
IpAddress client_address(const Scenario& scenario);
IpAddress proxy_address(const Scenario& scenario);
IpAddress origin_address(const Scenario& scenario);
/// The same host's address in IPv6: fd00::a28:2801 of 10.40.40.1.
IpAddress v6_of(const IpAddress& v4);

/// The names of the lab: those that the scenario's file has, of the client, the proxy and the
/// origins, a glob's for all that it means.
class Names {
 public:
  explicit Names(const Scenario& scenario);

  /// As /etc/hosts has them; globs it cannot have.
  std::string hosts_file() const;
  /// A DNS message that answers another: an A record, no record of any other type, or no such name.
  /// Empty where that is no question of one name. Source: RFC 1035 section 4.
  std::string answer(std::string_view question) const;

 private:
  const IpAddress* address_of(const std::string& name) const;

  std::vector<std::pair<std::string, IpAddress>> names_;  // a glob among them
};

}  // namespace misproxy::lab
