#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/network_prefix.hpp"
#include "core/recent_map.hpp"

namespace misproxy::live {

/// Who may connect: the machine itself, always, and those whom the command line names.
class GuestList {
 public:
  /// How many of those that were sent away are remembered.
  static constexpr std::size_t kMostStrangers = 1'000;

  GuestList() = default;
  explicit GuestList(std::vector<NetworkPrefix> allowed) : allowed_(std::move(allowed)) {}

  bool allows(const boost::asio::ip::address& client) const;
  /// Counts one that is sent away; the count where it is to be told: each time that it has doubled,
  /// so that nobody fills a disk by knocking.
  std::optional<std::int64_t> turn_away(const boost::asio::ip::address& client);

 private:
  std::vector<NetworkPrefix> allowed_;
  RecentMap<std::string, std::int64_t> strangers_{kMostStrangers};
};

}  // namespace misproxy::live
