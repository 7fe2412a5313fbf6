#include "reproduce/recipes/parts.hpp"

#include <fmt/format.h>

namespace misproxy::reproduce {

Key key(std::string_view name, std::string value) {
  return {std::string(name), std::move(value), {}, false};
}

Key when(const Facts& facts, std::string_view point, std::vector<Key> more) {
  std::vector<Key> keys{key("point", toml(point))};
  if (point != "path" && point != "accept" && !facts.failing.empty()) {
    std::string numbers;
    for (const auto each : facts.failing)
      numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", each);
    keys.push_back(key("attempt", facts.failing.size() == 1 ? numbers : "[" + numbers + "]"));
  }
  keys.insert(keys.end(), more.begin(), more.end());
  return nested("when", std::move(keys));
}

std::vector<Key> at_record(std::string_view direction, std::string_view name,
                           std::string_view word) {
  return {key("direction", toml(direction)), nested("record", {key(name, toml(word))})};
}

Table& add_fault(Sketch& sketch, std::string_view id, Key when, Key deed) {
  auto& fault = sketch.add("fault");
  fault.set("id", toml(id), true).set(std::move(when));
  fault.set(nested("do", {std::move(deed)}));
  return fault;
}

Key deed_close(std::string_view how) { return nested("close", {key("how", toml(how))}); }
Key deed_stall() { return nested("stall", {}); }
Key deed_drop() { return nested("drop", {}); }
Key deed_respond(std::vector<Key> keys) { return nested("respond", std::move(keys)); }

Sketch alerting(const Facts& facts, int description) {
  auto sketch = frame_of(facts);
  add_fault(sketch, "alert",
            when(facts, "tunnel", at_record("to_origin", "handshake", "client_hello")),
            nested("tls-alert", {key("description", toml(std::int64_t{description}))}));
  return sketch;
}

int told_by_server(const Facts& facts, int otherwise) {
  for (const auto& each : facts.seen.tls.alerts) {
    if (each.by == diagnose::End::proxy && each.description > 0) return each.description;
  }
  return otherwise;
}

std::string_view how_closed(const Facts& facts) {
  const bool told = facts.seen.complaint == diagnose::Complaint::reset;
  return facts.reset() != nullptr || told ? "rst" : "fin";
}

void download(Sketch& sketch, const Facts& facts, std::int64_t bytes) {
  auto& client = sketch.table("client");
  client.fixed = true;  // curl would be content with the redirect of the default URL
  client.set("url", toml(url_of(facts, fmt::format("/bytes/{}", bytes))), true);
}

void upload(Sketch& sketch, const Facts& facts, std::int64_t bytes) {
  sketch.table("client")
      .set("url", toml(url_of(facts, "/upload")))
      .set("method", toml("POST"))
      .set("body_bytes", toml(bytes));
}

void wait_until(Sketch& sketch, const Facts& facts, std::int64_t otherwise_ms) {
  sketch.table("client").set("max_time_ms", toml(facts.waited_ms.value_or(otherwise_ms)));
}

void speak_http1(Sketch& sketch) {
  sketch.table("origin").set("alpn", toml(std::vector<std::string>{"http/1.1"}), true);
}

}  // namespace misproxy::reproduce
