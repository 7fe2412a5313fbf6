#include "proxy/tunnel_watch.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/plans.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::plan_with;

constexpr auto kUp = Direction::to_origin;
constexpr auto kDown = Direction::to_client;

std::string record(int type, std::size_t body) {
  std::string text{static_cast<char>(type), 3, 3, static_cast<char>(body >> 8),
                   static_cast<char>(body)};
  return text + std::string(body, 'x');
}

/// A pause, behind which others act.
std::string tunnel_fault(const std::string& id, const std::string& place) {
  return fault_text(id, "point = \"tunnel\", direction = \"to_origin\", " + place,
                    "stall = { for_ms = 1 }");
}

/// What passes before the first fault acts, and its name, when `bytes` come in pieces of `size`.
std::string cut_of(const Plan& plan, std::string_view bytes, std::size_t size) {
  TunnelWatch watch(plan.faults_at(Point::tunnel, {1, "a.test", 1}));
  std::string passed;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    for (std::string rest(bytes.substr(at, size)); !rest.empty();) {
      auto cut = watch.scan(kUp, rest);
      passed += cut.pass;
      rest = cut.rest;
      if (cut.fault == nullptr) continue;
      EXPECT_EQ(passed.size(), cut.offset);
      return fmt::format("{} at {}", cut.fault->id, passed.size());
    }
  }
  passed += watch.flush(kUp);
  EXPECT_EQ(passed, bytes) << "what passes must be what came";
  return "none";
}

std::string cut_all_ways(const Plan& plan, std::string_view bytes) {
  const auto whole = cut_of(plan, bytes, bytes.size());
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 2, 3, 4, 5, 6, 7, 100}) {
    EXPECT_EQ(cut_of(plan, bytes, size), whole) << "in pieces of " << size;
  }
  return whole;
}

TEST(TunnelWatch, CutsAtEveryOffsetExactly) {
  const auto bytes = record(22, 20);
  for (std::size_t at = 1; at <= bytes.size(); ++at) {
    const auto plan = plan_with(tunnel_fault("cut", fmt::format("offset_bytes = {}", at)));
    EXPECT_EQ(cut_all_ways(plan, bytes), fmt::format("cut at {}", at));
  }
  const auto beyond =
      plan_with(tunnel_fault("cut", fmt::format("offset_bytes = {}", bytes.size() + 1)));
  EXPECT_EQ(cut_all_ways(beyond, bytes), "none");
}

TEST(TunnelWatch, OffsetZeroActsAtTheStart) {
  const auto plan = plan_with(tunnel_fault("cut", "offset_bytes = 0"));
  TunnelWatch watch(plan.faults_at(Point::tunnel, {1, "a.test", 1}));
  ASSERT_NE(watch.at_start(), nullptr);
  EXPECT_EQ(watch.at_start(), nullptr) << "once in a tunnel";
}

TEST(TunnelWatch, ALargeRecordIsStoppedBeforeItsFirstByte) {
  const auto plan = plan_with(tunnel_fault("large", "record = { over_bytes = 100 }"));
  const auto small = record(22, 95);  // 100 with its header: not over
  EXPECT_EQ(cut_all_ways(plan, small + record(23, 96) + "rest"), "large at 100");
  EXPECT_EQ(cut_all_ways(plan, small), "none");
}

TEST(TunnelWatch, FindsRecordsByTypeMessageAndOrdinal) {
  auto hello = record(22, 50);
  hello[5] = 1;
  auto exchange = record(22, 60);
  exchange[5] = 16;
  const auto stream =
      hello + exchange + record(20, 1) + record(22, 40) + record(23, 10) + record(23, 20);
  const auto at = [&](const char* trigger) {
    return cut_all_ways(plan_with(tunnel_fault("x", trigger)), stream);
  };
  EXPECT_EQ(at("record = { handshake = 'client_hello' }"), "x at 0");
  EXPECT_EQ(at("record = { handshake = 'client_key_exchange' }"), "x at 55");
  EXPECT_EQ(at("record = { handshake = 'server_hello' }"), "none");
  EXPECT_EQ(at("record = { type = 'change_cipher_spec' }"), "x at 120");
  EXPECT_EQ(at("record = { type = 'handshake', ordinal = 3 }"), "x at 126");
  EXPECT_EQ(at("record = { type = 'application_data', ordinal = 2 }"), "x at 186");
  EXPECT_EQ(at("record = { ordinal = 4 }"), "x at 126");
}

TEST(TunnelWatch, AFlightEndsWhenTheOtherSideSpeaks) {
  const auto plan = plan_with(tunnel_fault("flight", "flight_over_bytes = 10"));
  TunnelWatch watch(plan.faults_at(Point::tunnel, {1, "a.test", 1}));
  EXPECT_EQ(watch.scan(kUp, "0123456789").fault, nullptr) << "ten is not over ten";
  EXPECT_EQ(watch.scan(kDown, "x").fault, nullptr);
  EXPECT_EQ(watch.scan(kUp, "01234").fault, nullptr);
  EXPECT_EQ(watch.scan(kUp, "56789").fault, nullptr);
  const auto cut = watch.scan(kUp, "ab");
  ASSERT_NE(cut.fault, nullptr);
  EXPECT_EQ(cut.pass, "");
  EXPECT_EQ(cut.rest, "ab");
  EXPECT_EQ(cut.offset, 20U);
}

TEST(TunnelWatch, AFlightIsCutAtItsLimitHoweverItCame) {
  const auto plan = plan_with(tunnel_fault("flight", "flight_over_bytes = 1400"));
  EXPECT_EQ(cut_all_ways(plan, std::string(1400, 'x')), "none");
  EXPECT_EQ(cut_all_ways(plan, std::string(1401, 'x')), "flight at 1400");
}

TEST(TunnelWatch, TheEarlierPlaceWinsAndThenTheFileOrder) {
  const auto plan = plan_with(tunnel_fault("late", "offset_bytes = 9") +
                              tunnel_fault("early", "offset_bytes = 5") +
                              tunnel_fault("same", "offset_bytes = 5"));
  EXPECT_EQ(cut_all_ways(plan, "0123456789"), "early at 5");
}

TEST(TunnelWatch, GoesOnBehindAFault) {
  const auto plan = plan_with(tunnel_fault("one", "offset_bytes = 2") +
                              tunnel_fault("two", "record = { ordinal = 2 }") +
                              tunnel_fault("three", "offset_bytes = 20"));
  TunnelWatch watch(plan.faults_at(Point::tunnel, {1, "a.test", 1}));
  const auto stream = record(23, 5) + record(23, 20);
  std::string passed;
  std::vector<std::string> acted;
  for (std::string rest = stream; !rest.empty();) {
    auto cut = watch.scan(kUp, rest);
    passed += cut.pass;
    rest = cut.rest;
    if (cut.fault != nullptr) acted.push_back(fmt::format("{} at {}", cut.fault->id, cut.offset));
  }
  EXPECT_EQ(acted, (std::vector<std::string>{"one at 2", "two at 10", "three at 20"}));
  EXPECT_EQ(passed, stream);
}

TEST(TunnelWatch, PassesOneRecordAtOnceTowardsTheOrigin) {
  const auto plan = plan_with(tunnel_fault("flight", "flight_over_bytes = 30"));
  TunnelWatch watch(plan.faults_at(Point::tunnel, {1, "a.test", 1}));
  const auto two = record(23, 15) + record(23, 15);
  const auto cut = watch.scan(kUp, two);
  EXPECT_EQ(cut.fault, nullptr);
  EXPECT_EQ(cut.pass, record(23, 15));
  EXPECT_EQ(cut.rest, record(23, 15));
  EXPECT_EQ(watch.scan(kDown, two).pass, two) << "the client is heard in its own time";
  EXPECT_EQ(watch.scan(kUp, cut.rest).fault, nullptr) << "an answer came between: another flight";
}

TEST(TunnelWatch, DecidesTheRecordBeforeAPlaceInsideItsHeader) {
  const auto stream = record(23, 1393) + record(23, 2000);
  const auto large = tunnel_fault("large", "record = { over_bytes = 1400 }");
  EXPECT_EQ(
      cut_all_ways(plan_with(large + tunnel_fault("flight", "flight_over_bytes = 1400")), stream),
      "large at 1398");
  EXPECT_EQ(cut_all_ways(plan_with(large + tunnel_fault("offset", "offset_bytes = 1400")), stream),
            "large at 1398");
  const auto other = tunnel_fault("other", "record = { type = 'alert' }");
  EXPECT_EQ(
      cut_all_ways(plan_with(other + tunnel_fault("flight", "flight_over_bytes = 1400")), stream),
      "flight at 1400");
}

TEST(TunnelWatch, LetsWhatIsNotTlsPass) {
  const auto plan = plan_with(tunnel_fault("large", "record = { over_bytes = 10 }"));
  EXPECT_EQ(cut_all_ways(plan, "SSH-2.0-OpenSSH_9.2 and so on"), "none");
}

}  // namespace
}  // namespace misproxy
