#include "lab/socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace misproxy::lab {

void set_socket(int socket, const TcpSettings& settings) {
  if (settings.keepalive) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  }
  if (settings.user_timeout_ms) {
    const auto ms = static_cast<unsigned>(settings.user_timeout_ms->count());
    ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
  }
}

}  // namespace misproxy::lab
