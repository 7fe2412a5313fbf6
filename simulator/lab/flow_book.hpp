#pragma once

#include <cstdint>
#include <map>

#include "capture/packet.hpp"
#include "virtual/path_watch.hpp"

namespace misproxy::lab {

/// Which connection a segment on the wire belongs to. A client's connections are numbered as their
/// SYNs come, whether the proxy ever hears of them or not; the proxy says for which of them it
/// opens one to the origin.
class FlowBook {
 public:
  /// The client's addresses.
  FlowBook(IpAddress client, IpAddress client6) : client_(client), client6_(client6) {}

  /// A segment is on its way: a new connection may begin with it, and one may end.
  void see(const Packet& packet);
  /// The proxy opens one to the origin from here.
  void proxy_dials(const SocketAddress& local, std::int64_t connection);

  simulated::Flow flow_of(const SocketAddress& from, const SocketAddress& to) const;
  /// Of one that came from there; 0 where there is none.
  std::int64_t connection_from(const SocketAddress& opener) const;
  /// No connection is open any more, as far as the wire has seen.
  bool all_over() const;

 private:
  struct Entry {
    simulated::Flow flow;
    bool opener_ended = false;
    bool other_ended = false;

    bool is_over() const { return opener_ended && other_ended; }
  };

  Entry* find(const SocketAddress& from, const SocketAddress& to, bool& from_opener);

  IpAddress client_;
  IpAddress client6_;
  std::map<SocketAddress, Entry> entries_;  // by the end that opened it
  std::int64_t opened_ = 0;                 // by the client
};

}  // namespace misproxy::lab
