#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::size_t kLoop = 3;  // times that one place is told: nobody comes back so often

/// Where it sends the client; nothing where it does not.
std::string_view leads_to(const ResponseSeen& response) {
  if (response.status / 100 != 3) return {};
  return header(response.headers, "Location");
}

/// Where the client was sent most often on this connection, its last time included.
std::size_t times_told(const Connection& connection, std::string_view place) {
  const auto& earlier = connection.earlier_responses;
  return 1 + static_cast<std::size_t>(
                 std::count_if(earlier.begin(), earlier.end(),
                               [&](const ResponseSeen& each) { return leads_to(each) == place; }));
}

/// What a client asked for on a connection, and where it was sent.
struct Step {
  std::string asked;
  std::string told;
};

std::string site_of(const Connection& connection) {
  if (!connection.connect) return {};
  auto host = connection.connect->target;
  constexpr std::string_view kUsual = ":443";
  if (host.ends_with(kUsual)) host.resize(host.size() - kUsual.size());
  return "https://" + host;
}

/// The last of each connection that can be read and was a redirect.
std::optional<Step> step_of(const Connection& connection) {
  if (!connection.request || !connection.response) return std::nullopt;
  const auto place = leads_to(*connection.response);
  if (place.empty()) return std::nullopt;
  const auto site = site_of(connection);
  const auto absolute = [&](std::string_view target) {
    return target.starts_with('/') ? site + std::string(target) : std::string(target);
  };
  return Step{absolute(connection.request->target), absolute(place)};
}

}  // namespace

/// Each step is a connection of its own: one that goes where the last one was sent, and has been
/// there before.
std::optional<Verdict> circle(const Observations& seen) {
  std::vector<std::string> way;  // that was followed without a break
  std::string told;
  const Connection* back = nullptr;
  for (const auto& each : seen.connections) {
    const auto step = step_of(each);
    if (!step || step->asked != told) way.clear();
    if (step && std::find(way.begin(), way.end(), step->asked) != way.end()) back = &each;
    if (step) way.push_back(step->asked);
    told = step ? step->told : std::string();
  }
  if (back == nullptr || way.size() < kLoop) return std::nullopt;
  auto found = verdict("redirect-loop", *back,
                       fmt::format("Redirects lead the client in a circle over {} connections, "
                                   "back to {}.",
                                   way.size(), shown(step_of(*back)->asked, 120)));
  cite(found, back->request->sight.where);
  cite(found, back->response->sight.where);
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"healthy"};
  found.next = {"The client's log tells whether it followed, or asked anew each time."};
  return found;
}

std::optional<Verdict> redirects(const Connection& connection) {
  if (!connection.response) return std::nullopt;
  const auto place = leads_to(*connection.response);
  const bool told = connection.complaint == Complaint::redirects;
  const auto times = place.empty() ? std::size_t{0} : times_told(connection, place);
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
