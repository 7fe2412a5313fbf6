#include "api/pages.hpp"

#include <fmt/format.h>

#include "api/diagnostics_json.hpp"
#include "pictures/assets.hpp"
#include "pictures/page.hpp"
#include "report/html_text.hpp"
#include "scenario/loader.hpp"

namespace misproxy::api {
namespace {

namespace json = boost::json;

constexpr auto kHtmlType = "text/html; charset=utf-8";
constexpr std::string_view kList = "<!--proxies-->";
/// What is not this server's own gets nowhere, and nothing that a stranger said is run.
constexpr auto kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string item(ServedProxy& proxy) {
  const auto& server = proxy.server();
  const auto id = html_text(proxy.id());
  return fmt::format(
      "<li><a href=\"/proxies/{0}/ladder\">{0}<small>{1} - {2}</small></a> <noscript><a "
      "href=\"/proxies/{0}/verdict\">verdict</a> <a href=\"/proxies/{0}/capture\">capture</a> <a "
      "href=\"/proxies/{0}/bundle\">all, as a zip</a></noscript></li>\n",
      id, html_text(server.plan().scenario().about.title), html_text(server.proxy().text()));
}

std::string items(const Context& context) {
  if (context.wants_token)
    return "<li>The list wants the token, and JavaScript to bring it.</li>\n";
  std::string text;
  for (const auto& proxy : context.pool.all())
    text += item(*proxy);
  return text.empty() ? "<li class=\"quiet\">None yet.</li>\n" : text;
}

}  // namespace

Response home(const Context& context) {
  std::string text(pictures::find_asset("index.html")->text);
  text.replace(text.find(kList), kList.size(), items(context));
  return {200, kHtmlType, std::move(text), {{"Content-Security-Policy", kPolicy}}};
}

Response asset(const std::string& name) {
  const auto* found = pictures::find_asset(name);
  if (found == nullptr) return problem(404, "no-such-asset", fmt::format("there is no {}", name));
  return {200, std::string(found->content_type), std::string(found->text)};
}

Response ladder(const Request& request, ServedProxy& proxy) {
  const auto tag = fmt::format("\"{}\"", proxy.log().last());
  const auto known = request.headers.find("if-none-match");
  if (known != request.headers.end() && known->second == tag) return {304, "", "", {{"ETag", tag}}};
  const auto seen = proxy.ladder().look(proxy.log());
  const auto part = request.query.contains("part");
  const auto events = fmt::to_string(seen.events);
  return {200,
          kHtmlType,
          part ? seen.html
               : pictures::whole_page(
                     proxy.id() + " - misproxy",
                     fmt::format("<main><h1>{}</h1>\n{}{}</main>\n", html_text(proxy.id()),
                                 pictures::ladder_key(), seen.html)),
          {{"ETag", fmt::format("\"{}\"", events)}, {"X-Events", events}}};
}

Response check(const Request& request) {
  const auto loaded = load_scenario("scenario", request.body);
  auto all = diagnostics_json(loaded.problems);
  for (auto& warning : diagnostics_json(loaded.warnings))
    all.push_back(std::move(warning));
  return json_response(200, json::object{{"diagnostics", std::move(all)}});
}

}  // namespace misproxy::api
