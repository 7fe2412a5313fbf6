#include "api/guard.hpp"

#include <fmt/format.h>

#include "core/canonical_host.hpp"
#include "core/endpoint.hpp"

namespace misproxy::api {
namespace {

const std::string* header(const Request& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? nullptr : &found->second;
}

/// The host of `Host`, without its port.
std::string host_of(const std::string& field) {
  if (const auto endpoint = parse_endpoint(field)) return endpoint->host;
  const auto alone = parse_endpoint(field + ":0");
  return alone ? alone->host : "";
}

/// Takes as long whatever stands in them.
bool same_secret(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned char differs = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    differs = static_cast<unsigned char>(differs | (one[i] ^ other[i]));
  return differs == 0;
}

/// The page itself, which asks for the token: a browser that opens it cannot bring one.
bool is_of_page(const Request& request) {
  return request.method == "GET" && (request.path.empty() || request.path.front() == "assets");
}

}  // namespace

std::optional<Response> Guard::refuse(const Request& request) const {
  const auto* named = header(request, "host");
  const auto host = named == nullptr ? "" : host_of(*named);
  if (!is_address(host) && host != "localhost" && host != listen_host) {
    return problem(403, "foreign-host",
                   "the Host header has to name this machine: an address, or localhost");
  }
  const auto* origin = header(request, "origin");
  if (origin != nullptr && *origin != "http://" + *named)
    return problem(403, "foreign-origin", "pages of other origins may not use this API");
  if (token.empty() || is_of_page(request)) return std::nullopt;
  const auto* given = header(request, "authorization");
  if (given != nullptr && same_secret(*given, "Bearer " + token)) return std::nullopt;
  auto answer = problem(401, "no-token",
                        "bring the token that misproxy has told the file of: Authorization: Bearer "
                        "TOKEN");
  answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

}  // namespace misproxy::api
