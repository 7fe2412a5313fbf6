#include "reproduce/facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/endpoint.hpp"
#include "diagnose/http_text.hpp"
#include "diagnose/lesson.hpp"
#include "evidence/logged_head.hpp"
#include "scenario/network.hpp"
#include "scenario/origin_settings.hpp"

namespace misproxy::reproduce {
namespace {

using diagnose::Complaint;
using diagnose::Connection;
using diagnose::End;

constexpr std::int64_t kMostBody = 64LL << 20;  // bytes that a run is to carry
constexpr std::int64_t kLongestWait = 3600LL * 1000;
constexpr std::int64_t kWaited = 1000;  // milliseconds: who closes later had waited
constexpr int kMostAttempts = 10;

std::int64_t milliseconds(diagnose::Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

struct Place {
  std::string host;
  std::uint16_t port = 443;
};

std::optional<Place> place_in(std::string_view target, std::uint16_t usual) {
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos)
    target = target.substr(scheme + 3);
  target = target.substr(0, target.find('/'));
  if (const auto at = target.rfind('@'); at != std::string_view::npos)
    target = target.substr(at + 1);
  if (const auto endpoint = parse_endpoint(target))
    return Place{endpoint->host, endpoint->port == 0 ? usual : endpoint->port};
  if (target.empty() || target.find(':') != std::string_view::npos) return std::nullopt;
  return Place{std::string(target), usual};
}

/// The origin, as the client asked for it.
std::optional<Place> origin_of(const Connection& seen) {
  if (seen.connect) {
    if (auto place = place_in(seen.connect->target, 443)) return place;
  }
  if (!seen.tls.server_name.empty()) return Place{seen.tls.server_name, 443};
  if (seen.request) return place_in(seen.request->target, 80);
  return std::nullopt;
}

void add_origin(const Connection& seen, Names& names, Facts& facts) {
  facts.plain = !seen.connect && seen.request && !seen.tls_to_proxy && !seen.tls.client_hello &&
                !diagnose::tunnel_is_up(seen) && !seen.from_the_middle;
  facts.port = facts.plain ? 80 : 443;
  if (const auto place = origin_of(seen)) {
    facts.host = names.host(place->host);
    facts.port = place->port;
    const bool good = OriginSettings::is_host_or_glob(facts.host) &&
                      facts.host.find_first_of("*?[") == std::string::npos;
    if (good) return;
  }
  facts.host = "tools.cisco.com";
  facts.assumed.emplace_back("the origin is tools.cisco.com: no host is told");
}

/// Of the response, as it was told; else as an origin's usually is.
std::int64_t head_bytes(const Connection& seen) {
  constexpr std::int64_t kUsual = 138;  // of the embedded origin
  if (!seen.response || seen.response->headers.empty()) return kUsual;
  auto bytes = seen.response->version.size() + seen.response->reason.size() + 9;
  for (const auto& [name, value] : seen.response->headers)
    bytes += name.size() + value.size() + 4;
  return static_cast<std::int64_t>(bytes);
}

void add_body(const Connection& seen, Facts& facts) {
  const auto& tls = seen.tls;
  const auto flow = static_cast<std::int64_t>(seen.from_proxy.bytes);
  if (seen.body_received) {
    facts.body = static_cast<std::int64_t>(*seen.body_received);
  } else if (seen.from_the_middle) {
    facts.body = flow;
  } else if (seen.on_wire && tls.server_data) {
    const auto plain = tls.server_plain_bytes ? static_cast<std::int64_t>(*tls.server_plain_bytes)
                                              : static_cast<std::int64_t>(tls.server_stream_bytes);
    facts.body = std::max<std::int64_t>(0, plain - head_bytes(seen));
  }
  if (facts.body && *facts.body > kMostBody) {
    facts.body = kMostBody;
    facts.assumed.emplace_back("the transfer is cut down to 64 MiB");
  }
  constexpr std::uint64_t kMostLength = std::uint64_t{1} << 40;
  if (seen.body_expected && *seen.body_expected <= kMostLength)
    facts.length = static_cast<std::int64_t>(*seen.body_expected);
}

void add_method(const Connection& seen, Facts& facts) {
  constexpr std::int64_t kUpload = 4000;  // bytes: more than a request without a body has
  const auto sent = static_cast<std::int64_t>(
      std::max(seen.from_client.bytes, seen.from_client.last_flight_bytes));
  facts.method = "GET";
  if (seen.request) {
    const auto& method = seen.request->method;
    facts.method = method == "HEAD" ? "HEAD" : method == "POST" || method == "PUT" ? "POST" : "GET";
    const auto told = evidence::content_length(seen.request->headers);
    if (facts.method == "POST") {
      facts.upload = told ? static_cast<std::int64_t>(std::min<std::uint64_t>(*told, kMostBody))
                          : std::max<std::int64_t>(sent - 700, 1);
    }
  } else if (sent > kUpload) {
    facts.method = "POST";
    facts.upload = sent - 700;
  }
  facts.upload = std::min(facts.upload, kMostBody);
}

/// Whether the client had enough of waiting, and after how long.
void add_times(const Connection& seen, const std::vector<evidence::ClientReport>& reports,
               Facts& facts) {
  if (const auto silence = diagnose::final_silence(seen)) facts.silence_ms = milliseconds(*silence);
  if (seen.begin && seen.end) {
    const auto until = diagnose::close_time(seen).value_or(
        seen.capture_end ? std::max(*seen.capture_end, *seen.end) : *seen.end);
    facts.life_ms = std::max<std::int64_t>(1, milliseconds(until - *seen.begin));
  }
  const bool left = facts.closed_by(End::client) && facts.silence_ms.value_or(0) >= kWaited;
  const bool open = seen.on_wire && !diagnose::is_closed(seen);
  const bool told = seen.complaint == Complaint::timed_out || seen.complaint == Complaint::too_slow;
  if (left || told || open) facts.waited_ms = facts.life_ms;
  if (told && !seen.on_wire) {
    const auto limit = std::ranges::find_if(
        reports, [](const auto& each) { return each.timed_out_after.has_value(); });
    if (limit != reports.end()) facts.waited_ms = limit->timed_out_after->value.count();
  }
  if (told && !facts.waited_ms) {
    facts.waited_ms = 10'000;
    facts.assumed.emplace_back("the client waits for 10 s: how long it did is not told");
  }
  if (facts.waited_ms)
    facts.waited_ms = std::clamp<std::int64_t>(*facts.waited_ms, 100, kLongestWait);
}

/// Attempts that follow each other until one works.
void add_attempts(const Seen& seen, std::optional<std::size_t> nth, Facts& facts) {
  const auto& all = seen.diagnosis.verdicts;
  if (!nth || all.size() < 2 || all.size() > kMostAttempts) return;
  const auto id = all[*nth].id;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool works = all[i].outcome() == diagnose::Outcome::works;
    const bool last = i + 1 == all.size();
    const auto* connection = seen.connection(i);
    const bool same = connection != nullptr && !all[i].upstream &&
                      connection->server == facts.seen.server &&
                      (all[i].id == id || (works && last));
    if (!same) {
      facts.failing.clear();
      return;
    }
    if (!works) facts.failing.push_back(static_cast<int>(i) + 1);
  }
  // The whole file is as long as what came when it worked.
  const auto* last = seen.connection(all.size() - 1);
  if (!facts.length && all.back().outcome() == diagnose::Outcome::works &&
      last->tls.server_plain_bytes)
    facts.length = std::max<std::int64_t>(
        0, static_cast<std::int64_t>(*last->tls.server_plain_bytes) - head_bytes(*last));
  facts.attempts = static_cast<int>(all.size());
  const bool all_fail = facts.failing.size() == all.size();
  if (all_fail) facts.failing.clear();
}

}  // namespace

Facts facts_of(const Seen& seen, std::optional<std::size_t> nth, std::string_view verdict,
               Names& names) {
  Facts facts;
  facts.verdict = verdict;
  facts.form = Form::of(seen.observations);
  facts.keep_names = names.kept();
  if (const auto* connection = nth ? seen.connection(*nth) : nullptr) facts.seen = *connection;
  for (const auto& each : seen.observations.lookups) {
    if (!facts.rcode && each.answers == 0 && each.rcode >= 0) facts.rcode = each.rcode;
  }
  add_origin(facts.seen, names, facts);
  add_body(facts.seen, facts);
  add_method(facts.seen, facts);
  add_times(facts.seen, seen.observations.reports, facts);
  add_attempts(seen, nth, facts);
  return facts;
}

std::string url_of(const Facts& facts, std::string_view path) {
  const bool usual = facts.port == (facts.plain ? 80 : 443);
  return fmt::format("{}://{}{}{}", facts.plain ? "http" : "https", facts.host,
                     usual ? "" : fmt::format(":{}", facts.port), path);
}

Sketch frame_of(const Facts& facts) {
  Sketch sketch;
  const auto* lesson = diagnose::find_lesson(facts.verdict);
  auto& about = sketch.table("about");
  about.fixed = true;
  about.set("id", toml("reproduced-" + facts.verdict), true)
      .set("title", toml(lesson->title), true)
      .set("teaches",
           toml(fmt::format("{}: as the evidence of an incident shows it.", lesson->title)), true);
  auto& origin = sketch.add("origin");
  origin.fixed = true;
  origin.set("host", toml(facts.host), true);
  if (facts.port != 443) origin.set("port", toml(std::int64_t{facts.port}), true);
  if (facts.plain) origin.set("tls", "[]", true);
  const auto& tls = facts.seen.tls;
  if (tls.server_hello && facts.seen.on_wire && !tls.version13 && !tls.guessed)
    origin.set("tls", toml(std::vector<std::string>{"1.2"}));
  // The proxy itself speaks it: an https:// proxy.
  if (facts.seen.tls_to_proxy && tls.server_hello) sketch.table("proxy").set("tls", toml(true));
  auto& client = sketch.table("client");
  // A redirect is in the place of the default URL's body: curl would be content with that.
  const bool whole = facts.seen.response && facts.seen.response->status == 200;
  client.fixed = whole;
  client.set("url", toml(url_of(facts, "/healthcheck")), whole);
  client.set("method", toml(facts.method));
  if (facts.method == "POST") client.set("body_bytes", toml(facts.upload));
  client.set("attempts", toml(std::int64_t{facts.attempts}));
  if (facts.attempts > 1) client.set("retry_delay_ms", "100");
  if (facts.waited_ms) client.set("max_time_ms", toml(*facts.waited_ms));
  const auto& seen = facts.seen;
  if (facts.keep_names && Network::is_ipv4(seen.client) && Network::is_ipv4(seen.server)) {
    sketch.table("network")
        .set("client", toml(seen.client), true)
        .set("proxy", toml(fmt::format("{}:{}", seen.server, seen.server_port)), true);
  } else if (seen.server_port != 0 && seen.server_port != 80) {
    sketch.table("network").set("proxy", toml(fmt::format("10.10.10.1:{}", seen.server_port)));
  }
  return sketch;
}

}  // namespace misproxy::reproduce
