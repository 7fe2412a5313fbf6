#include "evidence/tcpdump_roles.hpp"

#include "evidence/http_lines.hpp"

namespace misproxy::evidence {
namespace {

std::string_view first_line(std::string_view payload) {
  return payload.substr(0, payload.find_first_of("\r\n"));
}

/// Without a SYN or a head, the lower port is the server's.
bool is_from_client(const WirePacket& segment) {
  if (segment.syn) return !segment.has_ack;
  if (is_request_line(first_line(segment.payload))) return true;
  if (is_status_line(first_line(segment.payload))) return false;
  return segment.source.port >= segment.destination.port;
}

}  // namespace

void TcpdumpRoles::see(const WirePacket& segment) {
  const bool forth = known_ && segment.source == client_ && segment.destination == server_;
  const bool back = known_ && segment.source == server_ && segment.destination == client_;
  if ((forth || back) && !segment.syn) return;
  known_ = true;
  const bool from_client = is_from_client(segment);
  client_ = from_client ? segment.source : segment.destination;
  server_ = from_client ? segment.destination : segment.source;
}

SocketId TcpdumpRoles::client(Names& names) const {
  return known_ ? client_ : SocketId{names.id_of("client"), 0};
}

SocketId TcpdumpRoles::server(Names& names) const {
  return known_ ? server_ : SocketId{names.id_of("proxy"), 0};
}

}  // namespace misproxy::evidence
