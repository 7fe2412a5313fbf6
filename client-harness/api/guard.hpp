#pragma once

#include <optional>
#include <string>

#include "api/message.hpp"

namespace misproxy::api {

/// Who may use the API: programs that know where it is, and no page of a browser's that happens to
/// reach it.
///
/// A request names this machine or an address as its Host, for a name could be anybody's (DNS
/// rebinding), and a browser's page gives an Origin that is another (CSRF). `token`: a secret that
/// it has to bring, `Authorization: Bearer` (RFC 6750 section 2.1); empty: none.
struct Guard {
  std::string listen_host;
  std::string token;

  /// The problem with a request; nothing where it may pass.
  std::optional<Response> refuse(const Request& request) const;
};

}  // namespace misproxy::api
