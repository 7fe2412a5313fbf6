#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"
#include "reproduce/recipe.hpp"
#include "reproduce/recipes/parts.hpp"

namespace misproxy::reproduce::recipe {
namespace {

using diagnose::End;

constexpr std::int64_t kUsualBody = 100'000;  // bytes, where nothing tells

std::int64_t body_of(const Facts& facts) { return facts.body_or(kUsualBody); }

/// As long as it was to be; three times what came where that is not told.
std::int64_t length_of(const Facts& facts) {
  const auto body = body_of(facts);
  return std::max(facts.length.value_or(std::max<std::int64_t>(body * 3, 1000)), body + 1);
}

/// The deed at a byte of the body; where it is forwarded, of the whole answer.
Sketch at_body(const Facts& facts, std::int64_t bytes, Key deed) {
  constexpr std::int64_t kHead = 170;  // bytes, of the embedded origin's
  auto sketch = frame_of(facts);
  if (!facts.plain) speak_http1(sketch);
  download(sketch, facts, length_of(facts));
  auto at = facts.plain ? when(facts, "reply", {key("offset_bytes", toml(bytes + kHead))})
                        : when(facts, "inner-response", {key("body_offset_bytes", toml(bytes))});
  add_fault(sketch, "cut", std::move(at), std::move(deed));
  return sketch;
}

/// In the middle of a record: whoever cuts there counts what TLS has made of it.
Sketch at_ciphertext(const Facts& facts, Key deed) {
  constexpr std::int64_t kReply = 39;  // bytes, of the 200
  auto sketch = frame_of(facts);
  speak_http1(sketch);
  download(sketch, facts, length_of(facts));
  const auto bytes =
      std::max<std::int64_t>(static_cast<std::int64_t>(facts.seen.from_proxy.bytes) - kReply, 1000);
  add_fault(sketch, "cut",
            when(facts, "tunnel",
                 {key("direction", toml("to_client")), key("offset_bytes", toml(bytes))}),
            std::move(deed));
  return sketch;
}

/// Such a length is a lie of the origin's own.
Sketch lying(const Facts& facts) {
  auto sketch = frame_of(facts);
  speak_http1(sketch);
  download(sketch, facts, length_of(facts));
  add_fault(sketch, "lie", when(facts, "inner-request"),
            deed_respond({key("status", "200"),
                          key("body_bytes", toml(std::min<std::int64_t>(body_of(facts), 16 << 20))),
                          key("headers", toml(std::vector<std::string>{
                                             fmt::format("Content-Length: {}", length_of(facts)),
                                             "Connection: close"}))}));
  return sketch;
}

/// Its last chunk does not come.
Sketch unfinished_chunks(const Facts& facts) {
  constexpr std::int64_t kMost = 4000;
  const auto bytes = std::clamp<std::int64_t>(body_of(facts), 1, kMost);
  auto sketch = frame_of(facts);
  speak_http1(sketch);
  const bool bad = facts.seen.problem && holds_in_any_case(facts.seen.problem->value, "chunk");
  const auto body =
      fmt::format("{:x}\r\n{}\r\n{}", bytes, std::string(static_cast<std::size_t>(bytes), 'x'),
                  bad ? "zz\r\n" : "");
  add_fault(sketch, "cut", when(facts, "inner-request"),
            deed_respond({key(
                "raw", toml("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body))}));
  return sketch;
}

std::vector<Sketch> truncated(const Facts& facts) {
  const auto body = body_of(facts);
  std::vector<Sketch> all{at_body(facts, body, deed_close("fin")),
                          at_body(facts, body, deed_close("no_close_notify"))};
  if (!facts.plain) {
    if (facts.seen.tls.server_closed || !facts.form.capture)
      all.push_back(lying(facts));
    else
      std::swap(all[0], all[1]);
    if (facts.seen.last_chunk_missing || (facts.seen.response && !facts.length))
      all.insert(facts.length ? all.end() : all.begin(), unfinished_chunks(facts));
    if (facts.seen.on_wire)
      all.insert(facts.seen.tls.server_record_open ? all.begin() : all.end(),
                 at_ciphertext(facts, deed_close("fin")));
  } else {
    all.pop_back();
  }
  return all;
}

/// The response had not begun.
bool is_upload(const Facts& facts) {
  return facts.method == "POST" && !facts.seen.response &&
         diagnose::last_real_speaker(facts.seen) != End::proxy;
}

Sketch at_request(const Facts& facts, std::int64_t offset, Key deed) {
  auto sketch = frame_of(facts);
  speak_http1(sketch);
  if (facts.method == "POST") upload(sketch, facts, std::max<std::int64_t>(facts.upload, 50'000));
  std::vector<Key> more;
  if (offset > 0) more.push_back(key("offset_bytes", toml(offset)));
  add_fault(sketch, "end", when(facts, "inner-request", std::move(more)), std::move(deed));
  return sketch;
}

Sketch on_path(const Facts& facts) {
  auto sketch = frame_of(facts);
  download(sketch, facts, length_of(facts));
  const auto segments = static_cast<std::int64_t>(facts.seen.from_proxy.segments);
  add_fault(sketch, "cut",
            when(facts, "path",
                 {key("direction", toml("to_client")),
                  nested("segment", {key("kind", toml("data")),
                                     key("first", toml(std::max<std::int64_t>(segments, 4)))})}),
            deed_close("rst"));
  return sketch;
}

std::vector<Sketch> reset(const Facts& facts) {
  if (is_upload(facts)) {
    const auto sent = std::max<std::int64_t>(facts.upload, 50'000);
    return {at_request(facts, sent, deed_close("rst")), at_request(facts, 0, deed_close("rst"))};
  }
  std::vector<Sketch> all{at_body(facts, body_of(facts), deed_close("rst"))};
  const bool begun = facts.seen.response || diagnose::last_real_speaker(facts.seen) == End::proxy;
  all.insert(begun ? all.end() : all.begin(), at_request(facts, 0, deed_close("rst")));
  all.push_back(on_path(facts));
  return all;
}

std::vector<Sketch> download_stall(const Facts& facts) {
  auto sketch = at_body(facts, body_of(facts), deed_stall());
  wait_until(sketch, facts, 4000);
  if (!facts.seen.from_the_middle) return {sketch};
  // What came before the evidence begins, it does not tell.
  auto more = at_body(facts, 2 * body_of(facts), deed_stall());
  download(more, facts, 2 * length_of(facts));
  wait_until(more, facts, 4000);
  return {sketch, more};
}

std::vector<Sketch> response_stall(const Facts& facts) {
  auto sketch = at_request(facts, 0, deed_stall());
  wait_until(sketch, facts, 4000);
  return {sketch};
}

std::vector<Sketch> upload_stall(const Facts& facts) {
  auto posted = facts;
  posted.method = "POST";
  const auto acknowledged = static_cast<std::int64_t>(facts.seen.from_client.acknowledged);
  auto whole = at_request(posted, 0, deed_stall());
  wait_until(whole, facts, 4000);
  auto midway = at_request(posted, std::max<std::int64_t>(acknowledged / 2, 1000), deed_stall());
  upload(midway, facts, std::max<std::int64_t>(facts.upload, 400'000));
  wait_until(midway, facts, 4000);
  return {whole, midway};
}

std::int64_t rate_of(const Facts& facts) {
  constexpr std::int64_t kSlow = 5000;  // bytes a second
  for (const auto& flight : facts.seen.flights) {
    if (flight.by != End::proxy || !flight.begin || !flight.end || flight.segments < 6) continue;
    const auto seconds = std::chrono::duration<double>(*flight.end - *flight.begin).count();
    if (seconds < 2) continue;
    const auto rate = static_cast<std::int64_t>(static_cast<double>(flight.bytes) / seconds);
    return std::clamp<std::int64_t>(rate, 100, 8000);
  }
  return kSlow;
}

std::vector<Sketch> slow(const Facts& facts) {
  constexpr std::int64_t kLongFlight = 7000;  // milliseconds
  const auto took = std::max(kLongFlight, facts.life_ms.value_or(kLongFlight));
  const auto rate = rate_of(facts);
  auto sketch = frame_of(facts);
  speak_http1(sketch);
  download(sketch, facts, std::max<std::int64_t>(length_of(facts), rate * took / 500));
  add_fault(sketch, "slow", when(facts, "tunnel", {key("direction", toml("to_client"))}),
            nested("throttle", {key("bytes_per_s", toml(rate))}));
  sketch.table("client").set("max_time_ms", toml(took));
  return {sketch};
}

std::vector<Sketch> idle_timeout(const Facts& facts) {
  const auto idle = std::max<std::int64_t>(facts.silence_ms.value_or(5000), 2100);
  auto asked = frame_of(facts);
  speak_http1(asked);
  add_fault(asked, "silence", when(facts, "inner-request"), deed_stall());
  add_fault(asked, "idle-limit", when(facts, "idle", {key("idle_ms", toml(idle))}),
            deed_close("fin"));
  asked.table("client").set("max_time_ms", toml(idle * 4));
  auto again = frame_of(facts);
  again.table("client").set("again_after_ms", toml(idle * 2));
  add_fault(again, "idle-limit", when(facts, "idle", {key("idle_ms", toml(idle))}),
            deed_close("fin"));
  if (facts.body_or(0) == 0) return {asked, again};
  auto begun = at_body(facts, facts.body_or(0), deed_stall());
  add_fault(begun, "idle-limit", when(facts, "idle", {key("idle_ms", toml(idle))}),
            deed_close("fin"));
  begun.table("client").set("max_time_ms", toml(idle * 4));
  return {begun, asked, again};
}

std::vector<Sketch> empty_reply(const Facts& facts) {
  std::vector<Sketch> all{at_request(facts, 0, deed_close("fin")),
                          at_request(facts, 0, deed_close("no_close_notify"))};
  if (facts.form.capture && !facts.seen.tls.server_closed) std::swap(all[0], all[1]);
  return all;
}

constexpr Recipe kRecipes[]{
    {"truncated", truncated},           {"reset-mid-transfer", reset},
    {"download-stall", download_stall}, {"response-stall", response_stall},
    {"upload-stall", upload_stall},     {"slow-transfer", slow},
    {"idle-timeout", idle_timeout},     {"empty-reply", empty_reply},
};

}  // namespace

std::span<const Recipe> transfer() { return kRecipes; }

}  // namespace misproxy::reproduce::recipe
