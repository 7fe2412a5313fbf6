#pragma once

#include <string>
#include <vector>

#include "drivers/real_client.hpp"

namespace misproxy {

/// What a client is to be told beside `[client]`. `folder`: one of its own, which is empty, and its
/// home too, so that no settings of the user's are read; `built`: what `find_installed` has built.
struct ClientErrand {
  std::string proxy_url;
  std::string ca;
  std::string folder;
  std::string built;
};

/// A program to be started: its words, its environment and its stdin.
struct ToldClient {
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::string input;
};

/// Replaces what stands in braces in the client's entry:
///
///     {proxy}         the proxy's URL, with the credentials      {url} {host} {port} {path}
///     {proxy-host} {proxy-port}                                  {method} {body} {body-bytes}
///     {user} {password} {header}                                 {ca} {folder} {built} {script}
///
/// Scripts find the same in MISPROXY_PROXY_URL, MISPROXY_URL, MISPROXY_CA, MISPROXY_METHOD and
/// MISPROXY_BODY_BYTES.
ToldClient tell(const RealClient& client, const ClientSettings& settings,
                const ClientErrand& errand);

}  // namespace misproxy
