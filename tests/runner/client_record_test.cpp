#include "runner/client_record.hpp"

#include <gmock/gmock.h>

namespace misproxy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Lie = ClientRecord::Lie;

TraceLine line(Point point, Cause cause, std::string name) {
  return {"s", 1, 0, Party::proxy, 0, TraceEvent(point, Party::client, cause, name)};
}

const TraceLine kConnected = line(Point::accept, Cause::peer, "connected");
const TraceLine kConnect = line(Point::request_head, Cause::peer, "request");
const TraceLine kHandshake = line(Point::tunnel, Cause::peer, "tls-handshake");
const TraceLine kRequest = line(Point::inner_request, Cause::peer, "inner-request");
const TraceLine kResponse = line(Point::inner_response, Cause::peer, "inner-response");
const TraceLine kCut = line(Point::inner_response, Cause::injected, "close");

Scenario expecting(ClientPhase phase, ClientError error) {
  Scenario scenario;
  scenario.expect.client.emplace();
  scenario.expect.client->phase = phase;
  scenario.expect.client->error = error;
  return scenario;
}

RunResult::Exec answered(std::int64_t connect, std::int64_t code, int exit) {
  RunResult::Exec exec;
  exec.exit = exit;
  exec.attempts = 1;
  exec.http_connect = connect;
  exec.http_code = code;
  return exec;
}

LastWords success(std::int64_t status) { return {status, std::nullopt, "", true}; }
LastWords failure(std::string message) { return {std::nullopt, std::nullopt, message, false}; }

TEST(ClientRecordOf, SuccessForAResponseThatBrokeOffIsALie) {
  const auto scenario = expecting(ClientPhase::body, ClientError::truncated);
  const std::vector<TraceLine> cut{kConnected, kConnect, kHandshake, kRequest, kResponse, kCut};
  const auto record = record_of(success(200), answered(200, 200, 0), false, scenario, cut);
  EXPECT_EQ(record.ending, ClientRecord::Ending::success);
  EXPECT_THAT(record.lies, ElementsAre(Lie::truncated_as_whole));
}

TEST(ClientRecordOf, WhoeverAskedAgainAndGotItAllDoesNotLie) {
  const auto scenario = expecting(ClientPhase::body, ClientError::truncated);
  const std::vector<TraceLine> again{kConnected, kConnect, kHandshake, kRequest, kResponse,
                                     kCut,       kConnect, kHandshake, kRequest, kResponse};
  const auto record = record_of(success(200), answered(200, 200, 0), false, scenario, again);
  EXPECT_THAT(record.lies, IsEmpty());
}

TEST(ClientRecordOf, ARefusalOfTheProxysIsItsOwn) {
  const auto scenario = expecting(ClientPhase::reply, ClientError::denied);
  const std::vector<TraceLine> refused{kConnected, kConnect};
  const auto exec = answered(403, 0, 1);
  const auto named =
      record_of(failure("Tunnel connection failed: 403"), exec, false, scenario, refused);
  EXPECT_EQ(named.phase, ClientPhase::reply);
  EXPECT_THAT(named.lies, IsEmpty());
  const auto blamed = record_of(failure("403 \"Forbidden\""), exec, false, scenario, refused);
  EXPECT_THAT(blamed.lies, ElementsAre(Lie::blames_origin));
  const auto taken = record_of(success(200), exec, false, scenario, refused);
  EXPECT_THAT(taken.lies, ElementsAre(Lie::refusal_as_success));
}

TEST(ClientRecordOf, OneThatEndsWellWithoutAnAnswerOfTheProxysLies) {
  const auto record = record_of(success(0), answered(0, 0, 0), false, {}, {kConnected, kConnect});
  EXPECT_THAT(record.lies, ElementsAre(Lie::refusal_as_success));
}

TEST(ClientRecordOf, TheProxysStatusAsThatOfTheUrlBlamesTheOrigin) {
  const LastWords said{407, std::nullopt, "", true};
  const auto record = record_of(said, answered(407, 0, 0), false, {}, {kConnected, kConnect});
  EXPECT_EQ(record.ending, ClientRecord::Ending::http_error);
  EXPECT_THAT(record.lies, ElementsAre(Lie::blames_origin));
}

TEST(ClientRecordOf, ACertificateThatNoneVouchesFor) {
  const auto scenario = expecting(ClientPhase::tls, ClientError::untrusted);
  const std::vector<TraceLine> through{kConnected, kConnect, kHandshake, kRequest, kResponse};
  const auto record = record_of(success(200), answered(200, 200, 0), false, scenario, through);
  EXPECT_THAT(record.lies, ElementsAre(Lie::untrusted_as_trusted));
}

TEST(ClientRecordOf, ADirectConnectionIsNamed) {
  EXPECT_EQ(record_of(success(200), {}, false, {}, {}).ending,
            ClientRecord::Ending::proxy_bypassed);
  EXPECT_EQ(record_of({404, std::nullopt, "", false}, {}, false, {}, {}).ending,
            ClientRecord::Ending::proxy_bypassed);
  EXPECT_EQ(record_of(failure("no route"), {}, false, {}, {}).ending, ClientRecord::Ending::failed);
}

TEST(ClientRecordOf, OneThatWasKilledHung) {
  const auto record = record_of(failure(""), answered(0, 0, 137), true, {}, {kConnected, kConnect});
  EXPECT_EQ(record.ending, ClientRecord::Ending::hung);
  EXPECT_THAT(record.lies, ElementsAre(Lie::endless));
}

TEST(ClientRecordOf, ThePhaseIsWhatTheServersSaw) {
  const auto phase = [](std::int64_t connect, std::vector<TraceLine> trace) {
    return record_of(failure(""), answered(connect, 0, 1), false, {}, trace).phase;
  };
  EXPECT_EQ(phase(0, {}), ClientPhase::connect);
  EXPECT_EQ(phase(0, {kConnected, kConnect}), ClientPhase::reply);
  EXPECT_EQ(phase(200, {kConnected, kConnect}), ClientPhase::tls);
  EXPECT_EQ(phase(200, {kConnected, kConnect, kHandshake}), ClientPhase::request);
  EXPECT_EQ(phase(200, {kConnected, kConnect, kHandshake, kRequest}), ClientPhase::response);
  EXPECT_EQ(phase(200, {kConnected, kConnect, kHandshake, kRequest, kResponse}), ClientPhase::body);
}

}  // namespace
}  // namespace misproxy
