#include "core/outcome.hpp"

namespace misproxy {

int curl_exit_code(ClientPhase phase, ClientError error) {
  const bool in_tls = phase == ClientPhase::tls;
  switch (error) {
    case ClientError::none:
      return 0;
    case ClientError::unresolved:
      return 5;
    case ClientError::refused:
    case ClientError::unreachable:
      return 7;
    case ClientError::timeout:
      return 28;
    case ClientError::reset:
      return in_tls ? 35 : 56;
    case ClientError::closed:
      if (in_tls) return 35;
      return phase == ClientPhase::reply ? 56 : 52;
    case ClientError::denied:
    case ClientError::rejected:
      return 56;
    case ClientError::not_http:
      return phase == ClientPhase::reply ? 56 : 1;
    case ClientError::tls:
      return in_tls ? 35 : 56;
    case ClientError::untrusted:
      return 60;
    case ClientError::truncated:
      return 18;
    case ClientError::redirects:
      return 47;
  }
  return 0;
}

}  // namespace misproxy
