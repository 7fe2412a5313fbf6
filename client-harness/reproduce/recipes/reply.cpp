#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"
#include "evidence/logged_head.hpp"
#include "reproduce/recipe.hpp"
#include "reproduce/recipes/parts.hpp"

namespace misproxy::reproduce::recipe {
namespace {

using diagnose::End;
using diagnose::ResponseSeen;

constexpr std::int64_t kMostBody = 1 << 20;
constexpr std::int64_t kNoticed = 200;  // milliseconds

/// What was answered to the CONNECT, or to the request that the proxy was to forward.
const ResponseSeen* answer_of(const Facts& facts) {
  if (facts.seen.reply) return &*facts.seen.reply;
  if (facts.seen.response) return &*facts.seen.response;
  return nullptr;
}

std::int64_t body_of(const ResponseSeen& answer) {
  const auto told = evidence::content_length(answer.headers);
  if (!told) return static_cast<std::int64_t>(answer.body.size());
  return static_cast<std::int64_t>(std::min<std::uint64_t>(*told, kMostBody));
}

/// Its body, as it may be shown: where names are kept, what is text in it.
void add_body(const Facts& facts, const ResponseSeen& answer, std::vector<Key>& keys) {
  const auto bytes = body_of(answer);
  const bool all_there = static_cast<std::int64_t>(answer.body.size()) == bytes;
  if (facts.keep_names && all_there && bytes > 0)
    keys.push_back(key("body", toml(answer.body)));
  else if (bytes > 0)
    keys.push_back(key("body_bytes", toml(bytes)));
}

std::vector<Key> respond_keys(const Facts& facts, const ResponseSeen& answer, int status) {
  const Names names(facts.keep_names);
  std::vector<Key> keys{key("status", toml(std::int64_t{status}))};
  if (const auto reason = names.reason(answer.reason); !reason.empty())
    keys.push_back(key("reason", toml(reason)));
  if (answer.version == "HTTP/1.0") keys.push_back(key("version", toml("1.0")));
  auto headers = names.headers(answer.headers);
  std::erase_if(headers, [](const std::string& each) {
    const auto lower = in_lower_case(each);
    return lower.starts_with("content-length") || lower.starts_with("transfer-encoding");
  });
  const bool says_close = std::ranges::any_of(headers, [](const std::string& each) {
    return holds_in_any_case(each, "connection: close");
  });
  if (!says_close && facts.closed_by(End::proxy)) headers.emplace_back("Connection: close");
  if (!headers.empty()) keys.push_back(key("headers", toml(headers)));
  add_body(facts, answer, keys);
  return keys;
}

std::vector<Key> after(const Facts& facts) {
  const auto* answer = answer_of(facts);
  if (answer == nullptr || !answer->after) return {};
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(*answer->after).count();
  if (took < kNoticed) return {};
  return {key("after_ms", toml(std::min<std::int64_t>(took, 3600 * 1000)))};
}

Sketch answering(const Facts& facts, int status) {
  auto sketch = frame_of(facts);
  static const ResponseSeen kNone;
  const auto* answer = answer_of(facts);
  add_fault(sketch, "answer", when(facts, "request-head", after(facts)),
            deed_respond(respond_keys(facts, answer != nullptr ? *answer : kNone, status)));
  return sketch;
}

/// Where the evidence tells no status: of those that the verdict stands for.
int usual_status(const Facts& facts) {
  struct Row {
    std::string_view verdict;
    int status;
  };
  constexpr Row kRows[]{
      {"proxy-bad-request", 400},  {"not-a-connect-proxy", 405}, {"proxy-internal-error", 500},
      {"proxy-bad-gateway", 502},  {"proxy-unavailable", 503},   {"proxy-gateway-timeout", 504},
      {"proxy-denied", 403},       {"proxy-redirected", 302},    {"proxy-status", 429},
      {"proxy-auth-missing", 407}, {"proxy-auth-rejected", 407}, {"proxy-auth-unsupported", 407}};
  const auto* const row = std::ranges::find(kRows, facts.verdict, &Row::verdict);
  return row == std::end(kRows) ? 403 : row->status;
}

/// The evidence's status where it is one that the verdict stands for.
int status_of(const Facts& facts) {
  const auto* answer = answer_of(facts);
  if (answer == nullptr || answer->status / 100 == 2) return usual_status(facts);
  return answer->status;
}

/// It promises more of a body than comes, and the client waits for that.
Sketch promising(const Facts& facts, Sketch sketch) {
  const auto* answer = answer_of(facts);
  const auto promised = answer != nullptr ? body_of(*answer) : 0;
  for (auto* deed : sketch.find("fault.do.respond")) {
    std::erase_if(deed->inside, [](const Key& each) {
      return each.name == "body_bytes" || each.name == "body" || each.name == "headers";
    });
    auto headers = answer != nullptr ? Names(facts.keep_names).headers(answer->headers)
                                     : std::vector<std::string>{};
    std::erase_if(headers, [](const std::string& each) {
      const auto lower = in_lower_case(each);
      return lower.starts_with("content-length") || lower.find("connection:") != std::string::npos;
    });
    headers.push_back(fmt::format("Content-Length: {}", std::max<std::int64_t>(promised, 1000)));
    deed->inside.push_back(key("headers", toml(headers)));
    deed->inside.push_back(key("keep_alive", toml(true)));
  }
  wait_until(sketch, facts, 2500);
  return sketch;
}

/// The client waited behind the answer.
bool waits_for_body(const Facts& facts) {
  return facts.waited_ms && facts.closed_by(End::client) && facts.silence_ms.value_or(0) >= 1000;
}

std::vector<Sketch> answers(const Facts& facts) {
  std::vector<Sketch> all{answering(facts, status_of(facts))};
  if (waits_for_body(facts)) all.push_back(promising(facts, all.front()));
  if (status_of(facts) != usual_status(facts)) all.push_back(answering(facts, usual_status(facts)));
  return all;
}

std::string used_scheme(const Facts& facts) {
  const auto& asked = facts.seen.connect ? facts.seen.connect : facts.seen.request;
  if (!asked) return {};
  const auto value = diagnose::header(asked->headers, "Proxy-Authorization");
  return in_lower_case(value.substr(0, value.find(' ')));
}

/// Examples: nobody's name or password is in a scenario.
void give_credentials(Sketch& sketch, std::string_view scheme) {
  sketch.table("client")
      .set("proxy_user", toml("user"))
      .set("proxy_password", toml("password"))
      .set("proxy_auth", toml(scheme));
}

void set_challenge(Sketch& sketch, const std::vector<std::string>& challenges) {
  std::vector<std::string> headers{"Connection: close"};
  for (const auto& each : challenges)
    headers.push_back("Proxy-Authenticate: " + each);
  for (auto* deed : sketch.find("fault.do.respond"))
    deed->inside.push_back(key("headers", toml(headers)));
}

/// The whole answer, with the challenges of the evidence, or what the verdict asks for.
Sketch challenging(const Facts& facts, const std::vector<std::string>& challenges) {
  auto sketch = answering(facts, status_of(facts));
  if (sketch.find("fault.do.respond.headers").empty()) set_challenge(sketch, challenges);
  return sketch;
}

std::vector<Sketch> auth_missing(const Facts& facts) {
  const auto sketch = challenging(facts, {"Basic realm=\"proxy\""});
  if (waits_for_body(facts)) return {sketch, promising(facts, sketch)};
  return {sketch};
}

std::vector<Sketch> auth_rejected(const Facts& facts) {
  const bool digest = used_scheme(facts) == "digest";
  auto sketch = challenging(facts, {"Basic realm=\"proxy\""});
  give_credentials(sketch, digest ? "digest" : "basic");
  auto judged = frame_of(facts);
  auto& auth = judged.table("proxy.auth");
  auth.set("challenges", toml(std::vector<std::string>{digest ? "Digest" : "Basic"}));
  judged.add("proxy.auth.user").set("name", toml("user")).set("password", toml("another"));
  give_credentials(judged, digest ? "digest" : "basic");
  if (digest) return {judged, sketch};
  return {sketch, judged};
}

std::vector<Sketch> auth_unsupported(const Facts& facts) {
  auto sketch = challenging(facts, {"Negotiate", "NTLM"});
  const auto used = used_scheme(facts);
  auto asking = sketch;
  if (used == "basic" || used == "digest") give_credentials(asking, used);
  return {asking, sketch};
}

/// A head that begins so, and does not end.
std::string half_head(const Facts& facts) {
  const auto* answer = answer_of(facts);
  const int status = answer != nullptr && answer->status > 0 ? answer->status : 200;
  const Names names(facts.keep_names);
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", status,
                                 answer != nullptr ? names.reason(answer->reason) : "OK");
  return head + "Via: 1.1 pro";
}

/// As many bytes of a plain 200 as came, and not all of it.
std::int64_t half_of_200(const Facts& facts) {
  constexpr std::int64_t kAllButOne = 38;
  const auto came = static_cast<std::int64_t>(facts.seen.from_proxy.bytes);
  return came > 0 ? std::min(came, kAllButOne) : kAllButOne;
}

/// Says so much in the place of an answer, and then nothing, until the client has had enough.
Sketch staying(const Facts& facts, std::string_view id, const Key& raw) {
  auto sketch = frame_of(facts);
  add_fault(sketch, id, when(facts, "request-head"),
            deed_respond({raw, key("silent", toml(true))}));
  wait_until(sketch, facts, 2500);
  return sketch;
}

std::vector<Sketch> reply_incomplete(const Facts& facts) {
  const auto raw = key("raw", toml(half_head(facts)));
  auto ends = frame_of(facts);
  add_fault(ends, "half", when(facts, "request-head"), deed_respond({raw}));
  const auto stays = staying(facts, "half", raw);
  auto cut = frame_of(facts);
  add_fault(cut, "half", when(facts, "reply", {key("offset_bytes", toml(half_of_200(facts)))}),
            deed_close(how_closed(facts)));
  if (facts.waited_ms && !facts.closed_by(End::proxy)) return {stays, cut, ends};
  return {cut, ends, stays};
}

/// As other protocols greet; of what the evidence has, no more than that.
std::string greeting(const Facts& facts) {
  const auto& begin = facts.seen.not_http;
  if (facts.keep_names && !begin.empty()) return begin + "\r\n";
  struct Row {
    std::string_view begins;
    std::string_view says;
  };
  constexpr Row kRows[]{
      {"SSH-", "SSH-2.0-OpenSSH\r\n"},  {"220", "220 Service ready\r\n"},
      {"HTTP/2", "HTTP/2 200\r\n\r\n"}, {"HTTP/", "HTTP/1.1 2x0 OK\r\n\r\n"},
      {"ICY", "ICY 200 OK\r\n\r\n"},    {"<", "<html><body>Welcome</body></html>\n"},
      {"+OK", "+OK ready\r\n"},         {"* OK", "* OK ready\r\n"}};
  for (const auto& each : kRows) {
    if (begin.starts_with(each.begins)) return std::string(each.says);
  }
  const bool old_version = facts.seen.reply && facts.seen.reply->version.starts_with("HTTP/2");
  return old_version ? "HTTP/2 200\r\n\r\n" : "not HTTP\r\n";
}

std::vector<Sketch> not_http(const Facts& facts) {
  const auto raw = key("raw", toml(greeting(facts)));
  auto ends = frame_of(facts);
  add_fault(ends, "greeting", when(facts, "request-head"), deed_respond({raw}));
  auto unasked = frame_of(facts);
  add_fault(unasked, "greeting", when(facts, "accept"), deed_respond({raw}));
  const auto stays = staying(facts, "greeting", raw);
  return {ends, stays, unasked};
}

Sketch with_large_head(const Facts& facts, std::int64_t bytes, std::int64_t lines) {
  auto sketch = frame_of(facts);
  add_fault(sketch, "large", when(facts, "reply"),
            deed_respond({key("status", "200"), key("header_bytes", toml(bytes)),
                          key("header_lines", toml(lines))}));
  return sketch;
}

std::vector<Sketch> answer_unread(const Facts& facts) {
  std::vector<Sketch> all;
  const auto& earlier = facts.seen.earlier_replies;
  const bool interim = (facts.seen.reply && facts.seen.reply->status / 100 == 1) ||
                       (!earlier.empty() && earlier.back().status / 100 == 1);
  auto early = frame_of(facts);
  const int status = facts.seen.reply && facts.seen.reply->status / 100 == 1
                         ? facts.seen.reply->status
                     : interim ? earlier.back().status
                               : 100;
  add_fault(early, "interim", when(facts, "reply"),
            deed_respond({key("status", toml(std::int64_t{status}))}));
  const auto bytes =
      std::max<std::int64_t>(20'000, static_cast<std::int64_t>(facts.seen.from_proxy.bytes));
  all.push_back(with_large_head(facts, std::min<std::int64_t>(bytes, 400'000), 1));
  all.push_back(with_large_head(facts, 400'000, 100));
  all.insert(interim ? all.begin() : all.end(), early);
  return all;
}

/// A 407 came before, and then the connection ended: it had claimed to go on.
bool ended_behind_challenge(const Facts& facts) {
  const auto& earlier = facts.seen.earlier_replies;
  return !earlier.empty() && earlier.back().status == 407;
}

Sketch lying(const Facts& facts) {
  auto sketch = frame_of(facts);
  sketch.table("proxy.auth")
      .set("challenges", toml(std::vector<std::string>{"Digest"}))
      .set("after_407", toml("lies"));
  sketch.add("proxy.auth.user").set("name", toml("user")).set("password", toml("password"));
  give_credentials(sketch, "digest");
  return sketch;
}

Sketch ending(const Facts& facts, std::string_view point, Key deed) {
  auto sketch = frame_of(facts);
  add_fault(sketch, "end", when(facts, point), std::move(deed));
  return sketch;
}

std::vector<Sketch> closed(const Facts& facts) {
  const auto* how = facts.verdict == "proxy-reset-without-reply" ? "rst" : "fin";
  std::vector<Sketch> all;
  if (ended_behind_challenge(facts)) all.push_back(lying(facts));
  if (facts.seen.tls_to_proxy || facts.seen.from_proxy.segments > 0) {
    auto other = frame_of(facts);
    other.table("proxy").set("tls", toml(true));
    if (!facts.seen.tls_to_proxy) other.table("client").set("proxy_tls", toml(false));
    all.push_back(other);
  }
  all.push_back(ending(facts, "request-head", deed_close(how)));
  const bool asked = facts.seen.connect || facts.seen.from_client.bytes > 0;
  all.insert(asked ? all.end() : all.begin(), ending(facts, "accept", deed_close(how)));
  return all;
}

std::vector<Sketch> stalled(const Facts& facts) {
  std::vector<Sketch> all;
  for (const auto* point : {"request-head", "accept"}) {
    auto sketch = ending(facts, point, deed_stall());
    wait_until(sketch, facts, 2500);
    all.push_back(std::move(sketch));
  }
  return all;
}

std::vector<Sketch> tls_to_plain(const Facts& facts) {
  auto answered = frame_of(facts);
  answered.table("client").set("proxy_tls", toml(true));
  auto silent = ending(facts, "accept", deed_stall());
  silent.table("client").set("proxy_tls", toml(true));
  wait_until(silent, facts, 5000);
  if (facts.waited_ms) return {silent, answered};
  return {answered, silent};
}

constexpr Recipe kRecipes[]{
    {"proxy-denied", answers},
    {"proxy-redirected", answers},
    {"proxy-status", answers},
    {"proxy-bad-request", answers},
    {"proxy-bad-gateway", answers},
    {"proxy-unavailable", answers},
    {"proxy-gateway-timeout", answers},
    {"proxy-internal-error", answers},
    {"not-a-connect-proxy", answers},
    {"proxy-auth-missing", auth_missing},
    {"proxy-auth-rejected", auth_rejected},
    {"proxy-auth-unsupported", auth_unsupported},
    {"proxy-reply-incomplete", reply_incomplete},
    {"proxy-not-http", not_http},
    {"proxy-answer-unread", answer_unread},
    {"proxy-closed-without-reply", closed},
    {"proxy-reset-without-reply", closed},
    {"proxy-connect-stall", stalled},
    {"tls-to-plain-proxy", tls_to_plain},
};

}  // namespace

std::span<const Recipe> reply() { return kRecipes; }

}  // namespace misproxy::reproduce::recipe
