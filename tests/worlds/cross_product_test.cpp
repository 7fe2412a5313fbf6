// Every trigger with every deed that may act at its point: the rows of fault/points.hpp say which
// those are. Each plays in both worlds, which tell the same of it, and shows on the wire.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "plan/worlds.hpp"
#include "scenario/loader.hpp"
#include "support/both_worlds.hpp"
#include "trace/normal_form.hpp"

namespace misproxy {
namespace {

/// What a deed is written with here, by its word: every key that it must have. A stall that has no
/// end is one more.
const std::map<std::string_view, std::vector<std::string_view>> kSamples{
    {"respond", {"status = 503, body = 'no'"}},
    {"close", {"how = 'fin'", "how = 'rst'", "how = 'no_close_notify'"}},
    {"stall", {"for_ms = 80", "", "reads = false"}},
    {"delay", {"by_ms = 20, jitter_ms = 5"}},
    {"throttle", {"bytes_per_s = 100000"}},
    {"slice", {"bytes = 10, gap_ms = 1"}},
    {"corrupt", {"xor = 255"}},
    {"inject", {"text = 'more'"}},
    {"swallow", {"bytes = 3"}},
    {"tls-alert", {"description = 40"}},
    {"certificate", {"kind = 'self-signed'", "kind = 'wrong-host'"}},
    {"inspect", {"ca = 'trusted'", "ca = 'untrusted'"}},
    {"resolve-failure", {""}},
    {"upstream-refused", {""}},
    {"upstream-timeout", {""}},
    {"upstream-reset", {""}},
    {"drop", {""}},
    {"duplicate", {""}},
    {"icmp", {"how = 'sent', kind = 'admin-prohibited'"}},
    {"alter", {"flags = ['RST', 'ACK']"}},  // what only the other end sees is in no capture here
    {"inject-segment", {"direction = 'to_client', flags = ['RST']"}},
    {"dns-answer", {"", "rcode = 'servfail'", "address = '10.10.10.99'"}},
};

struct Crossing {
  std::string name;
  std::string when;
  std::string deed;
};

/// The triggers that have a meaning at a point, each alone and with a value that holds.
std::vector<std::pair<std::string, std::string>> triggers_at(const PointRow& row) {
  std::vector<std::pair<std::string, std::string>> all{{"always", ""},
                                                       {"connection", "connection = '1..3'"},
                                                       {"chance", "chance = 1.0"},
                                                       {"times", "times = 2"}};
  const auto add = [&](std::string_view name, std::string_view text) {
    all.emplace_back(name, text);
  };
  if (row.point != Point::path) add("client", "client = '0.0.0.0/0'");
  if (row.has(PointRow::name)) {
    add("name", "host = 'proxy.*'");
    add("first_question", "attempt = 1");
    add("question", "question = 'A'");
  }
  if (row.has(PointRow::host)) {
    add("host", "host = 'a.*'");
    add("attempt", "attempt = [1, '5..']");
    add("method", row.point == Point::inner_request    ? "method = 'POST'"
                  : row.point == Point::inner_response ? "method = 'GET'"
                                                       : "method = 'CONNECT'");
  }
  if (row.has(PointRow::path)) add("path", "path = '/*'");
  if (row.has(PointRow::status)) {
    add("status", "status = [200, '500..599']");
    add("header", "header = 'Content-Length: *'");
    add("body_offset", "body_offset_bytes = 100");
  }
  if (row.has(PointRow::time)) add("after", "after_ms = 30");
  if (row.point == Point::tunnel) {
    add("offset_up", "direction = 'to_origin', offset_bytes = 100");
    add("offset_down", "direction = 'to_client', offset_bytes = 100");
    add("flight", "direction = 'to_client', flight_over_bytes = 200");
    add("record", "direction = 'to_client', record = { handshake = 'server_hello' }");
    add("direction", "direction = 'to_client'");
  } else if (row.has(PointRow::offset)) {
    add("offset", "offset_bytes = 5");
  }
  if (row.point == Point::close) {
    add("of_client", "direction = 'to_origin'");
    add("of_origin", "direction = 'to_client'");
  }
  if (row.point == Point::path) {
    add("segment", "segment = { kind = 'data', first = 1 }");
    add("direction", "direction = 'to_client', segment = { kind = 'syn_ack', first = 1 }");
  }
  return all;
}

std::string fault_text(std::string_view id, std::string_view when, std::string_view deed) {
  return fmt::format("[[fault]]\nid = '{}'\nwhen = {{ {} }}\ndo = {{ {} }}\n", id, when, deed);
}

bool is_at(std::string_view when, Point point) {
  return when.find(fmt::format("point = '{}'", word(point))) != std::string_view::npos;
}

bool is_of(std::string_view deed, std::string_view word) { return deed.starts_with(word); }

/// What else has to be so. Who ends first is a race where nobody has a reason to: at `close` the
/// origin does, in mid-body, or the client, which has lost patience with an origin that is silent
/// there; and it ends as the fault would not have it end. A response has to last for a time to be
/// over.
std::string circumstances(std::string_view when, std::string_view deed) {
  const bool client = when.find("to_origin") != std::string_view::npos;
  if (is_at(when, Point::close)) {
    const bool as_rst = deed.find("'fin'") != std::string_view::npos;
    const auto* origin = as_rst ? "close = { how = 'rst' }" : "close = { how = 'fin' }";
    return fault_text("reason", "point = 'inner-response', body_offset_bytes = 1000",
                      client ? "stall = {}" : origin);
  }
  const bool lasts = is_at(when, Point::inner_response) && when.find("after_ms") != when.npos;
  if (!lasts) return {};
  return fault_text("long", "point = 'inner-response'", "throttle = { bytes_per_s = 50000 }");
}

/// At the proxy only a request that is forwarded has a path.
bool is_forwarded(std::string_view when) {
  const bool at_origin = is_at(when, Point::inner_request) || is_at(when, Point::inner_response);
  return !at_origin && when.find("path =") != std::string_view::npos;
}

/// A request has a body where its bytes are what a fault acts on.
std::string_view request_text(std::string_view when) {
  if (is_forwarded(when)) return "url = 'http://a.test/bytes/3000'\nmethod = 'GET'\n";
  if (is_at(when, Point::inner_request)) {
    return "url = 'https://a.test/upload'\nmethod = 'POST'\nbody_bytes = 3000\n";
  }
  return "url = 'https://a.test/bytes/3000'\nmethod = 'GET'\n";
}

/// A limit is only long where it is not to be reached: a slow machine must not reach it. A client
/// that was not let run for three seconds would else leave in the middle of an answer.
std::string scenario_text(std::string_view when, std::string_view deed, bool faulty = true) {
  const bool for_ever = deed == "stall = {  }" || deed.find("reads") != std::string_view::npos ||
                        when.find("to_origin") != std::string_view::npos;
  const bool may_starve = is_of(deed, Swallow::kWord) || is_of(deed, Stall::kWord);
  const int limit = for_ever ? 300 : may_starve ? 3000 : 30'000;
  return fmt::format(
      "schema = 1\n[about]\nid = 'case'\ntitle = 't'\nteaches = 't'\n"
      "[[origin]]\nhost = 'a.test'\n{}{}{}{}"
      "[client]\n{}attempts = 1\n"
      "again_after_ms = 100\nreply_ms = {}\ntls_ms = {}\nresponse_ms = {}\nidle_ms = {}\n"
      "connect_ms = {}\n",
      is_forwarded(when) ? "port = 80\ntls = []\n" : "",
      is_at(when, Point::lookup) ? "[network]\nproxy_name = 'proxy.example.com'\n" : "",
      faulty ? fault_text("f", when, deed) : "", circumstances(when, deed), request_text(when),
      limit, limit, limit, limit, limit);
}

/// Of the pairs that the loader takes: those that it refuses are for `check`'s own tests.
std::vector<Crossing> cases_at(const PointRow& row, std::string_view word) {
  std::vector<Crossing> cases;
  for (const auto& [name, trigger] : triggers_at(row)) {
    int number = 0;
    for (const auto sample : kSamples.at(word)) {
      auto when = fmt::format("point = '{}'", misproxy::word(row.point));
      if (!trigger.empty()) when += ", " + trigger;
      if (row.point == Point::idle) when += ", idle_ms = 30";
      const bool in_tunnel = row.point == Point::tunnel;
      const auto deed = fmt::format("{} = {{ {} }}", word, sample);
      cases.push_back({fmt::format("{}_{}", name, ++number), when, deed});
      if (in_tunnel && trigger.find("direction") == std::string::npos) {
        cases.push_back({fmt::format("{}_{}_directed", name, number),
                         when + ", direction = 'to_client'", deed});
      }
    }
  }
  std::erase_if(cases, [](const Crossing& each) {
    return !load_scenario("case", scenario_text(each.when, each.deed)).problems.empty();
  });
  return cases;
}

std::vector<std::string> all_deeds() {
  return []<class... Deeds>(std::type_identity<std::variant<Deeds...>>) {
    return std::vector<std::string>{std::string(Deeds::kWord)...};
  }(std::type_identity<Deed>{});
}

using Pair = std::pair<Point, std::string>;

std::vector<Pair> all_pairs() {
  std::vector<Pair> pairs;
  for (const auto& row : kPointRows) {
    for (const auto& deed : all_deeds()) {
      if (!cases_at(row, deed).empty()) pairs.emplace_back(row.point, deed);
    }
  }
  return pairs;
}

Scenario scenario_of(const std::string& text) { return load_scenario("case", text).scenario; }

bool acted(const Run& run) {
  return std::any_of(run.trace.begin(), run.trace.end(), [](const TraceLine& line) {
    return line.event.cause == Cause::injected && line.event.fault == "f";
  });
}

class CrossProduct : public testing::TestWithParam<Pair> {};

TEST_P(CrossProduct, PlaysInBothWorldsAndShowsOnTheWire) {
  const auto& [point, deed] = GetParam();
  for (const auto& each : cases_at(row_of(point), deed)) {
    SCOPED_TRACE(fmt::format("when = {{ {} }}, do = {{ {} }}", each.when, each.deed));
    const auto scenario = scenario_of(scenario_text(each.when, each.deed));
    const Plan plan(scenario, Plan::kDefaultSeed);
    const auto virtually = test::run_in_virtual(plan, true);
    EXPECT_TRUE(acted(virtually));
    const Plan without(scenario_of(scenario_text(each.when, each.deed, false)), Plan::kDefaultSeed);
    EXPECT_NE(virtually.capture, test::run_in_virtual(without, true).capture);
    if (!why_not_live(scenario)) test::expect_equal(test::run_live(plan), virtually);
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, CrossProduct, testing::ValuesIn(all_pairs()),
                         [](const auto& pair) {
                           auto name =
                               fmt::format("{}_{}", word(pair.param.first), pair.param.second);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(CrossProductOf, EveryDeedAndEveryPoint) {
  std::vector<std::string> deeds;
  std::vector<Point> points;
  for (const auto& [point, deed] : all_pairs()) {
    deeds.push_back(deed);
    points.push_back(point);
  }
  for (const auto& deed : all_deeds())
    EXPECT_NE(std::find(deeds.begin(), deeds.end(), deed), deeds.end()) << deed;
  for (const auto& row : kPointRows) {
    const bool there = std::find(points.begin(), points.end(), row.point) != points.end();
    EXPECT_EQ(there, row.asks != 0) << word(row.point);
  }
}

}  // namespace
}  // namespace misproxy
