#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <charconv>
#include <memory>

#include "api/members.hpp"
#include "api/operation.hpp"
#include "api/pages.hpp"
#include "api/wait_for.hpp"
#include "api/wish.hpp"
#include "api/zip.hpp"
#include "core/utf8.hpp"
#include "drivers/curl_command.hpp"
#include "plan/worlds.hpp"
#include "scenario/bundled.hpp"
#include "scenario/json_schema.hpp"
#include "scenario/loader.hpp"
#include "trace/json_line.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::api {
namespace {

namespace json = boost::json;

using Names = std::vector<std::string>;
using Found = std::shared_ptr<ServedProxy>;

constexpr auto kJson = "application/json";
constexpr auto kHtml = "text/html";
constexpr auto kCapture = "application/x-pcapng";
constexpr std::int64_t kMostAtOnce = 10'000;

json::object fault_json(ServedProxy& proxy, const std::string& fault) {
  return {{"id", fault}, {"enabled", proxy.server().is_on(fault)}};
}

/// Why the capture is not whole; null where it is.
json::value lack_of(const ServedProxy& proxy) {
  const auto why = proxy.capture() == nullptr ? "" : proxy.capture()->why();
  return why.empty() ? json::value(nullptr) : json::value(why);
}

json::object proxy_json(const Context& context, ServedProxy& proxy) {
  auto& server = proxy.server();
  const auto& scenario = server.plan().scenario();
  json::array origins;
  for (const auto& origin : server.origins()) {
    origins.push_back(json::object{
        {"host", origin.host}, {"port", origin.port}, {"listen", origin.listen.text()}});
  }
  json::array faults;
  for (const auto& fault : scenario.faults)
    faults.push_back(fault_json(proxy, fault.id));
  return {{"id", proxy.id()},
          {"scenario", scenario.about.id},
          {"title", scenario.about.title},
          {"proxy", server.proxy().text()},
          {"proxy_url", server.proxy_url()},
          {"url", scenario.client.url},
          {"ca", context.ca_path},
          {"ca_pem", context.ca},
          {"curl", curl_command(scenario.client, server.proxy_url(), context.ca_path)},
          {"origins", std::move(origins)},
          {"faults", std::move(faults)},
          {"seed", server.plan().seed()},
          {"plan", server.plan().digest()},
          {"events", proxy.log().last()},
          {"capture", proxy.capture() != nullptr},
          {"capture_lacks", lack_of(proxy)}};
}

json::value event_json(const EventLog::Numbered& event) {
  auto object = to_json(event.line);
  object["number"] = event.number;
  return object;
}

/// The proxy that the path names; without it, the problem has been told.
Found find(Context& context, const std::string& id, const Reply& reply) {
  if (auto found = context.pool.find(id)) return found;
  const auto ids = context.pool.ids();
  const std::vector<std::string_view> views(ids.begin(), ids.end());
  reply(problem(404, "no-such-proxy",
                fmt::format("there is no proxy `{}`{}", id, did_you_mean(id, views))));
  return nullptr;
}

/// A handler for one proxy.
template <class Do>
Handler of_proxy(Do act) {
  return [act](Context& context, const Request& request, const Names& names, const Reply& reply) {
    if (auto proxy = find(context, names.front(), reply))
      act(context, request, proxy, names, reply);
  };
}

/// The same where it takes long, and others shall not wait for it.
template <class Make>
Handler made_from(Make make) {
  return of_proxy([make](Context& context, const Request&, const Found& proxy, const Names&,
                         const Reply& reply) {
    boost::asio::post(context.workers,
                      [make, proxy, reply, &context] { reply(make(context, *proxy)); });
  });
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

// --- proxies

void create(Context& context, const Request& request, const Names&, const Reply& reply) {
  auto wish = read_wish(request);
  if (auto* refused = std::get_if<Response>(&wish)) return reply(std::move(*refused));
  context.pool.make(std::move(std::get<ProxyWish>(wish)), [&context, reply](ProxyPool::Made made) {
    using Why = ProxyPool::Refused::Why;
    if (const auto* no = std::get_if<ProxyPool::Refused>(&made)) {
      const bool full = no->why == Why::full;
      const bool taken = no->why == Why::id_taken;
      return reply(problem(full ? 503 : 409,
                           full    ? "too-many-proxies"
                           : taken ? "id-taken"
                                   : "port-not-free",
                           no->sentence));
    }
    auto& proxy = *std::get<Found>(made);
    auto answer = json_response(201, proxy_json(context, proxy));
    answer.headers.emplace_back("Location", "/proxies/" + proxy.id());
    reply(std::move(answer));
  });
}

void list(Context& context, const Request&, const Names&, const Reply& reply) {
  json::array all;
  for (const auto& proxy : context.pool.all())
    all.push_back(proxy_json(context, *proxy));
  reply(json_response(200, json::object{{"proxies", std::move(all)}}));
}

void read(Context& context, const Request&, const Found& proxy, const Names&, const Reply& reply) {
  reply(json_response(200, proxy_json(context, *proxy)));
}

void remove(Context& context, const Request&, const Found& proxy, const Names&,
            const Reply& reply) {
  context.pool.remove(proxy, [reply] { reply({204, "", ""}); });
}

void reset(Context& context, const Request&, const Found& proxy, const Names&, const Reply& reply) {
  boost::asio::post(context.pool.threads().first(), [&context, proxy, reply] {
    proxy->server().reset();
    reply(json_response(200, proxy_json(context, *proxy)));
  });
}

void change_fault(Context&, const Request& request, const Found& proxy, const Names& names,
                  const Reply& reply) {
  Members members(request.body);
  const auto enabled = members.flag("enabled");
  if (!enabled) members.fail("say whether it is `enabled`");
  if (auto wrong = members.wrong()) return reply(std::move(*wrong));
  auto& server = proxy->server();
  if (server.fault(names[1]) == nullptr) {
    return reply(problem(404, "no-such-fault",
                         fmt::format("`{}` has no fault `{}`", proxy->id(), names[1])));
  }
  server.turn(names[1], *enabled);
  reply(json_response(200, fault_json(*proxy, names[1])));
}

// --- what has been seen

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

Response trace(const Context&, ServedProxy& proxy) {
  return {200, "application/x-ndjson", to_json_lines(proxy.log().all())};
}

Response digest(const Context&, ServedProxy& proxy) {
  return json_response(200, json::object{{"digest", trace_digest(proxy.log().all())}});
}

Response no_capture(const ServedProxy& proxy) {
  return problem(409, "no-capture",
                 fmt::format("`{}` makes no capture here: it was made without, or by the command "
                             "line, whose --capture has it",
                             proxy.id()));
}

Response capture(const Context&, ServedProxy& proxy) {
  if (proxy.capture() == nullptr) return no_capture(proxy);
  Response response{200, kCapture, proxy.capture()->read()};
  if (const auto why = proxy.capture()->why(); !why.empty())
    response.headers.emplace_back("Warning", fmt::format("199 misproxy \"{}\"", why));
  return response;
}

json::object verdict_json(const Named& named) {
  json::array alternatives(named.alternatives.begin(), named.alternatives.end());
  return {{"id", named.id},
          {"confidence", named.confidence},
          {"alternatives", std::move(alternatives)},
          {"headline", as_utf8(named.headline)},
          {"healthy", named.healthy}};
}

Response verdict(const Context&, ServedProxy& proxy) {
  const auto* kept = proxy.capture();
  if (kept == nullptr) return no_capture(proxy);
  return json_response(200, verdict_json(proxy.verdict(kept->read())));
}

Response har(const Context& context, ServedProxy& proxy) {
  return {200, kJson, proxy.har(context.version)};
}

Response bundle(const Context& context, ServedProxy& proxy) {
  std::vector<std::pair<std::string, std::string>> files{
      {"scenario.toml", proxy.text()},
      {"trace.jsonl", to_json_lines(proxy.log().all())},
      {"proxy.har", proxy.har(context.version)}};
  if (const auto* kept = proxy.capture()) {
    auto capture = kept->read();
    files.emplace_back("verdict.json",
                       json::serialize(verdict_json(proxy.verdict(capture))) + "\n");
    files.emplace_back("proxy.pcapng", std::move(capture));
  }
  return {200,
          "application/zip",
          zip(files),
          {{"Content-Disposition", fmt::format("attachment; filename=\"{}.zip\"", proxy.id())}}};
}

// --- what there is

/// Those that come with misproxy do not change: they are read once.
const std::vector<json::object>& all_scenarios() {
  static const auto all = [] {
    std::vector<json::object> told;
    for (const auto& file : bundled_scenarios()) {
      const auto loaded = load_scenario(std::string(file.path), file.text);
      const auto folder = file.path.substr(0, file.path.rfind('/'));
      const auto& wanted = loaded.scenario.expect.verdict;
      const auto& about = loaded.scenario.about;
      told.push_back({{"id", about.id},
                      {"layer", folder.substr(folder.rfind('/') + 1)},
                      {"title", about.title},
                      {"teaches", about.teaches},
                      {"live", !why_not_live(loaded.scenario).has_value()},
                      {"verdict", wanted ? json::value(*wanted) : json::value(nullptr)}});
    }
    return told;
  }();
  return all;
}

void scenarios(Context&, const Request& request, const Names&, const Reply& reply) {
  json::array found;
  for (const auto& scenario : all_scenarios()) {
    const bool wanted = std::ranges::all_of(std::array{"layer", "verdict"}, [&](const char* key) {
      const auto asked = text_of(request, key);
      return !asked || scenario.at(key) == json::value(*asked);
    });
    if (wanted) found.push_back(scenario);
  }
  reply(json_response(200, json::object{{"scenarios", std::move(found)}}));
}

void scenario_text(Context&, const Request&, const Names& names, const Reply& reply) {
  std::vector<std::string_view> ids;
  for (const auto& scenario : bundled_scenarios()) {
    if (scenario.id() == names.front())
      return reply({200, "application/toml; charset=utf-8", std::string(scenario.text)});
    ids.push_back(scenario.id());
  }
  reply(problem(
      404, "no-such-scenario",
      fmt::format("there is no scenario `{}`{}", names.front(), did_you_mean(names.front(), ids))));
}

const std::vector<Operation::Parameter> kFilters{
    {"event", "string", "only events of that name"},
    {"fault", "string", "only what that fault did"},
    {"cause", "string", "injected, peer or environment"},
    {"connection", "integer", "only of that connection"},
    {"after", "integer", "only events behind that number; 0 where absent"},
    {"limit", "integer", "at most so many; 10,000 where absent"}};

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"GET",
       "/scenarios",
       "listScenarios",
       "The scenarios that come with misproxy",
       {{"layer", "string", "only those of that layer"},
        {"verdict", "string", "only those that show it"}},
       "",
       {{200, kJson, "Scenarios", "by layer"}},
       scenarios},
      {"GET",
       "/",
       "readPage",
       "The page for a browser",
       {},
       "",
       {{200, kHtml, "", "proxies, their ladders and verdicts"}},
       [](Context& context, const Request&, const Names&, const Reply& reply) {
         reply(home(context));
       }},
      {"GET",
       "/assets/{name}",
       "readAsset",
       "What that page is made of",
       {},
       "",
       {{200, "", "", "style, or a script"}},
       [](Context&, const Request&, const Names& names, const Reply& reply) {
         reply(asset(names.front()));
       }},
      {"GET",
       "/scenarios/{scenario}",
       "readScenario",
       "One of them, as its file",
       {},
       "",
       {{200, "application/toml", "", "TOML"}},
       scenario_text},
      {"GET",
       "/schema",
       "readSchema",
       "The JSON schema of scenarios, as `misproxy schema` prints it",
       {},
       "",
       {{200, kJson, "Schema", "draft 7"}},
       [](Context&, const Request&, const Names&, const Reply& reply) {
         reply(json_response(200, scenario_schema()));
       }},
      {"POST",
       "/check",
       "check",
       "What `misproxy check` says of a scenario",
       {},
       "application/toml",
       {{200, kJson, "Diagnostics", "empty where nothing is wrong"}},
       [](Context&, const Request& request, const Names&, const Reply& reply) {
         reply(check(request));
       }},
      {"GET",
       "/proxies",
       "listProxies",
       "All proxies",
       {},
       "",
       {{200, kJson, "Proxies", "by id"}},
       list},
      {"POST",
       "/proxies",
       "createProxy",
       "Serve a scenario, on a port of its own; application/toml is taken as the scenario",
       {},
       "Wish",
       {{201, kJson, "Proxy", "it listens"}},
       create},
      {"GET",
       "/proxies/{id}",
       "readProxy",
       "One proxy",
       {},
       "",
       {{200, kJson, "Proxy", "what a client needs to know of it"}},
       of_proxy(read)},
      {"DELETE",
       "/proxies/{id}",
       "deleteProxy",
       "End it, and all its connections",
       {},
       "",
       {{204, "", "", "its port is closed"}},
       of_proxy(remove)},
      {"POST",
       "/proxies/{id}/reset",
       "resetProxy",
       "Count connections, attempts and how often faults acted from 1 again",
       {},
       "",
       {{200, kJson, "Proxy", "done"}},
       of_proxy(reset)},
      {"PATCH",
       "/proxies/{id}/faults/{fault}",
       "changeFault",
       "Turn a fault on or off, from the next time on that it would act",
       {},
       "FaultChange",
       {{200, kJson, "Fault", "as it is now"}},
       of_proxy(change_fault)},
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
      {"GET",
       "/proxies/{id}/ladder",
       "readLadder",
       "What has happened as ladder diagrams, in HTML; with If-None-Match, where it is another",
       {{"part", "integer", "1: what the page at / shows, and no whole page"}},
       "",
       {{200, kHtml, "", "a diagram of each connection"}},
       of_proxy([](Context& context, const Request& request, const Found& proxy, const Names&,
                   const Reply& reply) {
         boost::asio::post(context.workers,
                           [request, proxy, reply] { reply(ladder(request, *proxy)); });
       })},
      {"GET",
       "/proxies/{id}/trace",
       "readTrace",
       "All events, as --trace has them",
       {},
       "",
       {{200, "application/x-ndjson", "", "a JSON line an event"}},
       made_from(trace)},
      {"GET",
       "/proxies/{id}/digest",
       "readDigest",
       "SHA-256 of the trace's normal form: the same for every run of one scenario, seed and "
       "client",
       {},
       "",
       {{200, kJson, "Digest", "64 hexadecimal digits"}},
       made_from(digest)},
      {"GET",
       "/proxies/{id}/capture",
       "readCapture",
       "What the proxy's sockets did, as packets, with TLS secrets",
       {},
       "",
       {{200, kCapture, "", "a pcapng file"}},
       made_from(capture)},
      {"GET",
       "/proxies/{id}/har",
       "readHar",
       "The requests that have been seen, inside TLS too where it ends here, as HAR 1.2; what is "
       "secret in them is left out",
       {},
       "",
       {{200, kJson, "Har", "an HTTP Archive"}},
       made_from(har)},
      {"GET",
       "/proxies/{id}/verdict",
       "readVerdict",
       "What the capture shows by now, diagnosed",
       {},
       "",
       {{200, kJson, "Verdict", "as misproxy diagnose names it"}},
       made_from(verdict)},
      {"GET",
       "/proxies/{id}/bundle",
       "readBundle",
       "Scenario, trace, HAR, capture and verdict in one file",
       {},
       "",
       {{200, "application/zip", "", "a zip archive"}},
       made_from(bundle)},
  };
  return all;
}

}  // namespace misproxy::api
