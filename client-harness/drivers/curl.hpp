#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/endpoint.hpp"
#include "core/outcome.hpp"
#include "drivers/child_process.hpp"
#include "scenario/client_settings.hpp"

namespace misproxy {

/// What a curl process left: `connections` that it made, `log` is the text of `-v`.
struct CurlEnd {
  Outcome outcome;
  std::int64_t connections = 0;
  std::string log;
};

/// The version of the curl in PATH (`7.88.1`), asked for once a process: to start a curl takes
/// longer than many a run. Nothing where there is none. From any thread.
std::optional<std::string> curl_version();

/// The words for what is asked: method, headers, redirects; without the URL.
std::vector<std::string> curl_request_words(const ClientSettings& client);

/// The words that make curl do what `[client]` says through the proxy, trusting the CA in the file
/// `ca` and nobody else. It reads no settings of the user's, and follows no redirects.
std::vector<std::string> curl_arguments(const ClientSettings& client, const std::string& proxy_url,
                                        const std::string& ca);

/// What a program sends as the body, on its stdin.
std::string body_of(const ClientSettings& client);

/// Reads what curl said. Phase and error of the outcome are what its exit code and statuses allow
/// to tell; `message` is its %{errormsg}.
CurlEnd read_curl(const ChildEnd& ended);

}  // namespace misproxy
