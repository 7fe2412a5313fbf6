#include "lab/flow_book.hpp"

#include <algorithm>

namespace misproxy::lab {

void FlowBook::see(const Packet& packet) {
  const auto* segment = packet.tcp();
  const SocketAddress from{packet.source, segment->source_port};
  const SocketAddress to{packet.destination, segment->destination_port};
  bool from_opener = true;
  auto* entry = find(from, to, from_opener);
  const bool begins = segment->syn && !segment->has_ack;
  const bool is_client = from.host == client_ || from.host == client6_;
  if (begins && is_client && (entry == nullptr || entry->is_over())) {
    entries_[from] = {{Leg::client, ++opened_}, false, false};
    return;
  }
  if (entry == nullptr) return;
  if (segment->fin || segment->rst) (from_opener ? entry->opener_ended : entry->other_ended) = true;
  if (segment->rst) entry->opener_ended = entry->other_ended = true;
}

void FlowBook::proxy_dials(const SocketAddress& local, std::int64_t connection) {
  entries_[local] = {{Leg::origin, connection}, false, false};
}

FlowBook::Entry* FlowBook::find(const SocketAddress& from, const SocketAddress& to,
                                bool& from_opener) {
  auto found = entries_.find(from);
  from_opener = found != entries_.end();
  if (!from_opener) found = entries_.find(to);
  return found == entries_.end() ? nullptr : &found->second;
}

simulated::Flow FlowBook::flow_of(const SocketAddress& from, const SocketAddress& to) const {
  for (const auto& end : {from, to}) {
    if (const auto found = entries_.find(end); found != entries_.end()) return found->second.flow;
  }
  return {};
}

std::int64_t FlowBook::connection_from(const SocketAddress& opener) const {
  const auto found = entries_.find(opener);
  return found == entries_.end() ? 0 : found->second.flow.connection;
}

bool FlowBook::all_over() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const auto& entry) { return entry.second.is_over(); });
}

}  // namespace misproxy::lab
