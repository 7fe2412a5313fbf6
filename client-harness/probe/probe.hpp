#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/endpoint.hpp"
#include "core/outcome.hpp"
#include "core/time.hpp"
#include "probe/probe_session.hpp"

namespace misproxy::probe {

/// One attempt to reach `url` (https) through a proxy that is none of ours.
struct ProbeRequest {
  Endpoint proxy;  // a name is looked up by the system
  std::string url;
  std::string user;  // empty: no credentials; else Digest or Basic, whichever the proxy asks for
  std::string password;
  std::optional<std::string> ca_pem;  // who is trusted; absent: whom the system trusts
  Milliseconds timeout{300'000};      // of the whole attempt
};

struct ProbeResult {
  std::vector<ProbeStep> steps;
  Outcome outcome;
  std::string log;  // in the form of `curl -v`, without passwords
  bool interrupted = false;
};

/// Makes the attempt over real sockets, with the client that does what the FMC does. Redirects are
/// not followed: that an origin answers is all that a proxy is asked for. SIGINT and SIGTERM end it
/// with what is known by then. `on_step` is called with each step as it is done.
ProbeResult run_probe(const ProbeRequest& request, const ProbeSession::OnStep& on_step);

}  // namespace misproxy::probe
