// What the updater does when its proxy misbehaves.

#include "updater.hpp"

#include <gtest/gtest.h>

#include <misproxy/proxy.hpp>

namespace {

using misproxy::fixture::EventQuery;
using misproxy::fixture::Proxy;

constexpr auto kFile = "https://tools.cisco.com/bytes/300000";

Update update_by(const Proxy& proxy, double patience_s = 5) {
  return update(proxy.target(), proxy.url(), proxy.ca(), patience_s);
}

TEST(Updater, KeepsAWholeFile) {
  Proxy proxy;
  const auto result = update(kFile, proxy.url(), proxy.ca());
  EXPECT_EQ(result.outcome, Outcome::done);
  EXPECT_EQ(result.file.size(), 300000U);
  proxy.wait_for("closed");
  EXPECT_TRUE(proxy.verdict().healthy) << proxy.verdict().headline;
  EXPECT_NE(proxy.har().find(kFile), std::string::npos);
}

TEST(Updater, SaysThatTheProxyDenies) {
  Proxy proxy("acl-deny-403");
  EXPECT_EQ(update(kFile, proxy.url(), proxy.ca()).outcome, Outcome::denied);
  proxy.wait_for("closed");
  EXPECT_EQ(proxy.verdict().id, "proxy-denied");
}

TEST(Updater, AsksForTheHost) {
  Proxy proxy("acl-deny-403");
  update(kFile, proxy.url(), proxy.ca());
  const auto request = proxy.wait_for("request").at(0);
  EXPECT_EQ(request.fields.at("target"), "tools.cisco.com:443");
}

class BrokenDownload : public testing::TestWithParam<const char*> {};

TEST_P(BrokenDownload, IsNotKept) {
  Proxy proxy(GetParam());
  const auto result = update_by(proxy);
  EXPECT_EQ(result.outcome, Outcome::broken);
  EXPECT_TRUE(result.file.empty());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, BrokenDownload,
                         testing::Values("truncated-download", "reset-mid-download"));

TEST(Updater, DoesNotWaitForEver) {
  Proxy proxy("stall-after-tls");
  EXPECT_EQ(update_by(proxy, 0.5).outcome, Outcome::timed_out);
}

TEST(Updater, DoesNotTrustAnInspector) {
  Proxy proxy("inspection-untrusted");
  EXPECT_EQ(update_by(proxy).outcome, Outcome::untrusted);
  EXPECT_TRUE(proxy.events({.event = "inner-request"}).empty());
}

TEST(Updater, WorksOnTheThirdAttempt) {
  auto proxy = Proxy::from_toml(R"(schema = 1
[about]
id = "twice"
title = "Twice 503, then it works"
teaches = "Retries help."
[[origin]]
host = "tools.cisco.com"
[[fault]]
id = "busy"
when = { point = "request-head", attempt = "1..2" }
do.respond.status = 503
)");
  EXPECT_EQ(update(kFile, proxy.url(), proxy.ca()).outcome, Outcome::server_error);
  EXPECT_EQ(update(kFile, proxy.url(), proxy.ca()).outcome, Outcome::server_error);
  EXPECT_EQ(update(kFile, proxy.url(), proxy.ca()).outcome, Outcome::done);
  EXPECT_EQ(proxy.events({.fault = "busy"}).size(), 2U);
  proxy.reset();
  EXPECT_EQ(update(kFile, proxy.url(), proxy.ca()).outcome, Outcome::server_error);
  proxy.disable("busy");
  EXPECT_EQ(update(kFile, proxy.url(), proxy.ca()).outcome, Outcome::done);
}

TEST(Fixture, SaysWhereAMistakeIs) {
  try {
    Proxy proxy("acl-deny");
    FAIL() << "there is no such scenario";
  } catch (const misproxy::fixture::ApiError& error) {
    EXPECT_EQ(error.type(), "no-such-scenario");
    EXPECT_NE(std::string(error.what()).find("acl-deny-403"), std::string::npos);
  }
}

TEST(Fixture, EndsAWaitInTime) {
  Proxy proxy;
  EXPECT_THROW(proxy.wait_for("closed", std::chrono::milliseconds(20)),
               misproxy::fixture::TimedOut);
}

}  // namespace
