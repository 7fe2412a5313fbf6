#include <fmt/format.h>

#include "api/members.hpp"
#include "api/operations/families.hpp"
#include "api/operations/media_type.hpp"
#include "api/operations/of_proxy.hpp"
#include "api/wish.hpp"
#include "drivers/curl_command.hpp"

namespace misproxy::api {
namespace {

namespace json = boost::json;

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

}  // namespace

const std::vector<Operation>& proxy_operations() {
  static const std::vector<Operation> rows{
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
  };
  return rows;
}

}  // namespace misproxy::api
