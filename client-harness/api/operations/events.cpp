#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "api/members.hpp"
#include "api/operations/families.hpp"
#include "api/operations/media_type.hpp"
#include "api/operations/of_proxy.hpp"
#include "api/wait_for.hpp"
#include "trace/json_line.hpp"

namespace misproxy::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMostAtOnce = 10'000;

json::value event_json(const EventLog::Numbered& event) {
  auto object = to_json(event.line);
  object["number"] = event.number;
  return object;
}

std::optional<std::int64_t> number_of(const Request& request, const char* name) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return std::nullopt;
  std::int64_t number = 0;
  const auto* end = found->second.data() + found->second.size();
  const auto [stop, error] = std::from_chars(found->second.data(), end, number);
  return error == std::errc{} && stop == end && number >= 0 ? number : -1;
}

std::optional<std::string> text_of(const Request& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::nullopt : std::optional(found->second);
}

EventFilter filter_of(const Request& request) {
  return {text_of(request, "event"), text_of(request, "fault"), text_of(request, "cause"),
          number_of(request, "connection")};
}

void events(Context&, const Request& request, const Found& proxy, const Names&,
            const Reply& reply) {
  const auto after = number_of(request, "after");
  const auto most = number_of(request, "limit");
  const auto filter = filter_of(request);
  if ((after && *after < 0) || (most && (*most < 1 || *most > kMostAtOnce)) ||
      (filter.connection && *filter.connection < 0)) {
    return reply(problem(400, "bad-request",
                         fmt::format("`after` and `connection` are whole numbers, and `limit` one "
                                     "from 1 to {}",
                                     kMostAtOnce)));
  }
  const auto from = static_cast<std::uint64_t>(after.value_or(0));
  if (request.headers.contains("accept") &&
      request.headers.at("accept").find("text/event-stream") != std::string::npos) {
    const auto last = request.headers.find("last-event-id");
    std::uint64_t resumed = from;
    if (last != request.headers.end())
      std::from_chars(last->second.data(), last->second.data() + last->second.size(), resumed);
    Response response{200, "text/event-stream", ""};
    response.stream = EventStream{proxy, resumed, filter};
    return reply(std::move(response));
  }
  json::array found;
  auto next = from;
  for (const auto& event : proxy->log().behind(from, EventLog::kMost)) {
    next = event.number;
    if (!filter.takes(event.line)) continue;
    found.push_back(event_json(event));
    if (found.size() == static_cast<std::size_t>(most.value_or(kMostAtOnce))) break;
  }
  reply(json_response(200, json::object{{"events", std::move(found)},
                                        {"next", next},
                                        {"forgotten", proxy->log().forgotten()}}));
}

void wait_for(Context& context, const Request& request, const Found& proxy, const Names&,
              const Reply& reply) {
  Members members(request.body);
  Awaited awaited;
  awaited.filter = {members.text("event"), members.text("fault"), members.text("cause"),
                    members.whole("connection", 0, std::numeric_limits<std::int64_t>::max())};
  awaited.after = static_cast<std::uint64_t>(
      members.whole("after", 0, std::numeric_limits<std::int64_t>::max()).value_or(0));
  awaited.count = static_cast<std::size_t>(members.whole("count", 1, 1000).value_or(1));
  awaited.timeout =
      std::chrono::milliseconds(members.whole("timeout_ms", 0, 600'000).value_or(10'000));
  if (auto wrong = members.wrong()) return reply(std::move(*wrong));
  await_events(context.io, proxy, awaited, [reply, proxy](const EventsMet& met) {
    json::array found;
    for (const auto& event : met.events)
      found.push_back(event_json(event));
    if (met.how == EventsMet::How::all) {
      return reply(json_response(200, json::object{{"events", std::move(found)},
                                                   {"next", met.next},
                                                   {"forgotten", proxy->log().forgotten()}}));
    }
    if (met.how == EventsMet::How::proxy_gone)
      return reply(problem(404, "no-such-proxy", "the proxy has been deleted meanwhile"));
    reply(problem(408, "timed-out", "what was awaited has not come in time",
                  {{"events", std::move(found)}, {"next", met.next}}));
  });
}

const std::vector<Operation::Parameter> kFilters{
    {"event", "string", "only events of that name"},
    {"fault", "string", "only what that fault did"},
    {"cause", "string", "injected, peer or environment"},
    {"connection", "integer", "only of that connection"},
    {"after", "integer", "only events behind that number; 0 where absent"},
    {"limit", "integer", "at most so many; 10,000 where absent"}};

}  // namespace

const std::vector<Operation>& event_operations() {
  static const std::vector<Operation> rows{
      {"GET",
       "/proxies/{id}/events",
       "listEvents",
       "What has happened; with Accept: text/event-stream, as it happens",
       kFilters,
       "",
       {{200, kJson, "Events", "in their order"}},
       of_proxy(events)},
      {"POST",
       "/proxies/{id}/wait-for",
       "waitFor",
       "Wait until so many events are there that match; 408 past the time-out",
       {},
       "Awaited",
       {{200, kJson, "Events", "those that match"}},
       of_proxy(wait_for)},
  };
  return rows;
}

}  // namespace misproxy::api
