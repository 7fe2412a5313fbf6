#include "live/guest_list.hpp"

#include <algorithm>
#include <bit>

#include "live/own_port.hpp"

namespace misproxy::live {

bool GuestList::allows(const boost::asio::ip::address& client) const {
  const auto address = unmapped(client);
  if (address.is_loopback()) return true;
  const auto text = address.to_string();
  const auto bare = text.substr(0, text.find('%'));
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const NetworkPrefix& each) { return each.contains(bare); });
}

std::optional<std::int64_t> GuestList::turn_away(const boost::asio::ip::address& client) {
  const auto text = unmapped(client).to_string();
  const auto* before = strangers_.find(text);
  const auto count = before == nullptr ? 1 : *before + 1;
  strangers_.put(text, count);
  if (!std::has_single_bit(static_cast<std::uint64_t>(count))) return std::nullopt;
  return count;
}

}  // namespace misproxy::live
