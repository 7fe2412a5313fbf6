#include <fmt/format.h>

#include <algorithm>

#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::ptrdiff_t kLoop = 3;  // times that one place is told: nobody comes back so often

/// Where it sends the client; nothing where it does not.
std::string_view leads_to(const ResponseSeen& response) {
  if (response.status / 100 != 3) return {};
  return header(response.headers, "Location");
}

/// Where the client was sent most often on this connection, its last time included.
std::ptrdiff_t times_told(const Connection& connection, std::string_view place) {
  const auto& earlier = connection.earlier_responses;
  return 1 + std::count_if(earlier.begin(), earlier.end(),
                           [&](const ResponseSeen& each) { return leads_to(each) == place; });
}

}  // namespace

std::optional<Verdict> redirects(const Connection& connection) {
  if (!connection.response) return std::nullopt;
  const auto place = leads_to(*connection.response);
  const bool told = connection.complaint == Complaint::redirects;
  const auto times = place.empty() ? 0 : times_told(connection, place);
  if (!told && times < kLoop) return std::nullopt;
  auto found =
      verdict("redirect-loop", connection,
              fmt::format("The origin redirects the client again and again{}{}{}.",
                          place.empty() ? "" : fmt::format(", to {}", shown(place, 120)),
                          times >= kLoop ? fmt::format(", {} times on this connection", times) : "",
                          told ? ", which gives up after its limit" : ""));
  if (connection.request) cite(found, connection.request->sight.where);
  for (const auto& each : connection.earlier_responses) {
    if (leads_to(each) == place && found.evidence.size() < kLoop) cite(found, each.sight.where);
  }
  cite(found, connection.response->sight.where);
  if (connection.problem) cite(found, connection.problem->where);
  if (told && times >= kLoop) return found;
  found.confidence = told ? Confidence::likely : Confidence::ambiguous;
  found.alternatives = {told ? "origin-status" : "healthy"};
  found.next = {
      told ? "A limit that is higher (`curl -L --max-redirs 20 -v`) tells a long way from a loop."
           : "The client's log tells whether it followed, or asked anew each time."};
  return found;
}

}  // namespace misproxy::diagnose::rules
