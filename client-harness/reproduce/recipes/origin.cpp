#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "reproduce/recipe.hpp"
#include "reproduce/recipes/parts.hpp"

namespace misproxy::reproduce::recipe {
namespace {

std::vector<std::string> response_headers(const Facts& facts) {
  if (!facts.seen.response) return {};
  auto headers = Names(facts.keep_names).headers(facts.seen.response->headers);
  std::erase_if(headers, [](const std::string& each) {
    const auto lower = in_lower_case(each);
    return lower.starts_with("content-length") || lower.starts_with("transfer-encoding");
  });
  return headers;
}

std::vector<Key> answer_keys(const Facts& facts, int status, std::vector<std::string> headers) {
  std::vector<Key> keys{key("status", toml(std::int64_t{status}))};
  if (!headers.empty()) keys.push_back(key("headers", toml(headers)));
  if (facts.body && *facts.body > 0 && *facts.body <= 1 << 20)
    keys.push_back(key("body_bytes", toml(*facts.body)));
  return keys;
}

int status_of(const Facts& facts, int usual) {
  return facts.seen.response && facts.seen.response->status >= 400 ? facts.seen.response->status
                                                                   : usual;
}

Sketch answering(const Facts& facts, std::string_view point, std::vector<Key> keys) {
  auto sketch = frame_of(facts);
  if (facts.method == "POST") upload(sketch, facts, std::max<std::int64_t>(facts.upload, 1));
  add_fault(sketch, "answer", when(facts, point), deed_respond(std::move(keys)));
  return sketch;
}

std::vector<Sketch> status(const Facts& facts) {
  return {answering(facts, "inner-request",
                    answer_keys(facts, status_of(facts, 404), response_headers(facts)))};
}

std::vector<Sketch> rejects_upload(const Facts& facts) {
  auto posted = facts;
  posted.method = "POST";
  posted.upload = std::max<std::int64_t>(facts.upload, 50'000);
  return {answering(posted, "inner-request", answer_keys(facts, 413, response_headers(facts)))};
}

/// That of a proxy which ends TLS itself.
std::vector<Sketch> proxy_error(const Facts& facts) {
  auto headers = response_headers(facts);
  if (headers.empty()) headers = {"Server: squid/5.7", "X-Squid-Error: ERR_ACCESS_DENIED 0"};
  auto told = answering(facts, "inner-request", answer_keys(facts, status_of(facts, 403), headers));
  auto inspected = frame_of(facts);
  inspected.table("origin").set("certificate", toml("expired"));
  add_fault(inspected, "inspection", when(facts, "upstream-connect"),
            nested("inspect", {key("ca", toml("trusted"))}));
  headers = {"Server: squid/5.7", "X-Squid-Error: ERR_ACCESS_DENIED 0"};
  return {told, inspected,
          answering(facts, "inner-request", answer_keys(facts, status_of(facts, 403), headers))};
}

Facts as_plain(const Facts& facts) {
  auto plain = facts;
  if (!plain.plain) plain.port = 80;
  plain.plain = true;
  return plain;
}

std::vector<Sketch> plain_status(const Facts& facts) {
  return {answering(as_plain(facts), "request-head",
                    answer_keys(facts, status_of(facts, 403), response_headers(facts)))};
}

std::vector<Sketch> redirects(const Facts& facts) {
  auto sketch = frame_of(facts);
  const int status = facts.seen.response && facts.seen.response->status / 100 == 3
                         ? facts.seen.response->status
                         : 302;
  const auto here = fmt::format("https://{}/healthcheck", facts.host);
  add_fault(sketch, "loop", when(facts, "inner-request"),
            deed_respond({key("status", toml(std::int64_t{status})),
                          key("headers", toml(std::vector<std::string>{"Location: " + here}))}));
  auto& client = sketch.table("client");
  client.set("follow", toml(true), true);
  client.fixed = true;  // the built-in client follows anyway, curl only where it is told to
  return {sketch};
}

constexpr Recipe kRecipes[]{
    {"origin-status", status},
    {"origin-rejects-upload", rejects_upload},
    {"proxy-error-in-tunnel", proxy_error},
    {"plain-http-status", plain_status},
    {"redirect-loop", redirects},
};

}  // namespace

std::span<const Recipe> origin() { return kRecipes; }

}  // namespace misproxy::reproduce::recipe
