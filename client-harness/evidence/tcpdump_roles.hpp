#pragma once

#include "evidence/names.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Who is the client of the connection that a text last spoke of.
class TcpdumpRoles {
 public:
  void see(const WirePacket& segment);

  /// `client` and `proxy`, where the text has not spoken of any connection.
  SocketId client(Names& names) const;
  SocketId server(Names& names) const;

 private:
  bool known_ = false;
  SocketId client_;
  SocketId server_;
};

}  // namespace misproxy::evidence
