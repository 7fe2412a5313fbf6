#include <fmt/format.h>

#include "api/operations/families.hpp"
#include "api/operations/media_type.hpp"
#include "api/operations/of_proxy.hpp"
#include "api/pages.hpp"
#include "api/zip.hpp"
#include "core/utf8.hpp"
#include "trace/json_line.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::api {
namespace {

namespace json = boost::json;

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

}  // namespace

const std::vector<Operation>& evidence_operations() {
  static const std::vector<Operation> rows{
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
  return rows;
}

}  // namespace misproxy::api
