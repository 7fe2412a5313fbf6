#include <algorithm>

#include "reproduce/recipe.hpp"
#include "reproduce/recipes/parts.hpp"

namespace misproxy::reproduce::recipe {
namespace {

using diagnose::End;

/// How far the handshake came: as points at which it may end.
std::vector<Key> at_stage(const Facts& facts, int stage) {
  (void)facts;
  if (stage == 0) return {};
  if (stage == 1) return at_record("to_origin", "handshake", "client_hello");
  return at_record("to_client", "type", "change_cipher_spec");
}

int stage_of(const Facts& facts) {
  const auto& tls = facts.seen.tls;
  if (tls.server_hello) return 2;
  return tls.client_hello || !facts.seen.on_wire ? 1 : 0;
}

/// Ended at the stage that shows, and else at the others.
std::vector<Sketch> at_stages(const Facts& facts, const Key& deed, bool waits) {
  std::vector<Sketch> all;
  const int shown = stage_of(facts);
  for (const int stage : {shown, 1, 2, 0}) {
    if (!all.empty() && stage == shown) continue;
    auto sketch = frame_of(facts);
    add_fault(sketch, "end", when(facts, "tunnel", at_stage(facts, stage)), deed);
    if (waits) wait_until(sketch, facts, 2500);
    all.push_back(std::move(sketch));
  }
  return all;
}

std::vector<Sketch> reset(const Facts& facts) { return at_stages(facts, deed_close("rst"), false); }
std::vector<Sketch> closed(const Facts& facts) {
  return at_stages(facts, deed_close("fin"), false);
}
std::vector<Sketch> stalled(const Facts& facts) { return at_stages(facts, deed_stall(), true); }

std::vector<Sketch> not_tls(const Facts& facts) {
  auto sketch = frame_of(facts);
  const bool keeps = facts.keep_names && !facts.seen.tls.not_tls_text.empty();
  const auto says = keeps ? facts.seen.tls.not_tls_text + "\n"
                          : std::string("<html><body>This is not TLS.</body></html>\n");
  add_fault(sketch, "page",
            when(facts, "tunnel", {key("direction", toml("to_client")), key("offset_bytes", "0")}),
            nested("inject", {key("text", toml(says))}));
  auto answered = frame_of(facts);
  add_fault(answered, "page", when(facts, "reply"),
            deed_respond({key("raw", toml("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))}));
  return {sketch, answered};
}

std::vector<Sketch> handshake_failure(const Facts& facts) {
  auto shared = frame_of(facts);
  shared.table("origin")
      .set("tls", toml(std::vector<std::string>{"1.2"}))
      .set("ciphers", toml("none-shared"));
  return {alerting(facts, told_by_server(facts, 40)), shared};
}

std::vector<Sketch> version(const Facts& facts) {
  return {alerting(facts, told_by_server(facts, 70))};
}

std::vector<Sketch> unrecognized_name(const Facts& facts) { return {alerting(facts, 112)}; }

/// A record that somebody changed is told by the client's own alert, in the middle of a transfer.
Sketch corrupted(const Facts& facts) {
  auto sketch = frame_of(facts);
  speak_http1(sketch);
  const auto bytes = std::max<std::int64_t>(20'000, facts.body_or(60'000));
  download(sketch, facts, facts.length.value_or(bytes * 3));
  add_fault(sketch, "flip",
            when(facts, "tunnel",
                 {key("direction", toml("to_client")), key("offset_bytes", toml(bytes))}),
            nested("corrupt", {key("xor", "1")}));
  return sketch;
}

std::vector<Sketch> other_alert(const Facts& facts) {
  const bool inside = facts.seen.tls.server_data.has_value() || facts.seen.response.has_value();
  std::vector<Sketch> all{alerting(facts, told_by_server(facts, 80))};
  all.insert(inside ? all.begin() : all.end(), corrupted(facts));
  return all;
}

Sketch wanting(const Facts& facts, std::vector<std::string> versions) {
  auto sketch = frame_of(facts);
  sketch.table("origin").set("tls", toml(versions)).set("client_certificate", toml("required"));
  return sketch;
}

std::vector<Sketch> client_certificate(const Facts& facts) {
  auto inside = frame_of(facts);
  speak_http1(inside);
  add_fault(inside, "alert", when(facts, "inner-request"),
            nested("tls-alert", {key("description", "116")}));
  const auto newer = wanting(facts, {"1.3"});
  const auto older = wanting(facts, {"1.2"});
  const bool is_older = facts.seen.tls.server_hello && !facts.seen.tls.version13;
  if (is_older) return {older, newer, inside};
  return {newer, inside, older};
}

constexpr Recipe kRecipes[]{
    {"tls-reset", reset},
    {"tls-closed", closed},
    {"tls-no-server-hello", stalled},
    {"tls-handshake-stall", stalled},
    {"tls-not-tls", not_tls},
    {"tls-handshake-failure", handshake_failure},
    {"tls-version", version},
    {"tls-unrecognized-name", unrecognized_name},
    {"tls-alert", other_alert},
    {"tls-client-cert-required", client_certificate},
};

}  // namespace

std::span<const Recipe> tls() { return kRecipes; }

}  // namespace misproxy::reproduce::recipe
