#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/run.hpp"

namespace misproxy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TraceLine at_proxy(std::string method, std::string target, std::string credentials,
                   std::string fields) {
  return {"s",
          1,
          0,
          Party::proxy,
          0,
          TraceEvent(Point::request_head, Party::client, Cause::peer, "request")
              .with("method", std::move(method))
              .with("target", std::move(target))
              .measuring("credentials", std::move(credentials))
              .measuring("fields", std::move(fields))};
}

TraceLine at_origin(std::string method, std::string body_sha256) {
  return {"s",
          1,
          0,
          Party::origin,
          0,
          TraceEvent(Point::inner_request, Party::client, Cause::peer, "inner-request")
              .with("method", std::move(method))
              .with("target", std::string("/upload"))
              .measuring("body_sha256", std::move(body_sha256))};
}

const std::vector<TraceLine> kTrace{
    at_proxy("CONNECT", "a.test:443", "none", "Host: a.test:443\nUser-Agent: curl/7.88.1"),
    at_proxy("CONNECT", "a.test:443", "Digest",
             "Host: a.test:443\nProxy-Authorization: Digest ***\nX-A: 1\nX-A: 2"),
    at_origin("POST", std::string(64, 'a')),
};

std::vector<std::string> mismatches(RequestExpectation wanted) {
  Scenario scenario;
  scenario.expect.request.push_back(std::move(wanted));
  RunResult result;
  compare_requests(scenario, kTrace, result);
  EXPECT_TRUE(result.compared);
  return result.mismatches;
}

TEST(ExpectRequest, HoldsForOneOfThemOrForTheNth) {
  EXPECT_THAT(mismatches({}), IsEmpty());
  EXPECT_THAT(mismatches({.credentials = "Digest"}), IsEmpty());
  EXPECT_THAT(mismatches({.request = 2, .target = "*.test:443", .credentials = "D*"}), IsEmpty());
  EXPECT_THAT(mismatches({.request = 1, .credentials = "Digest"}),
              ElementsAre("request 1 at the proxy: credentials: expected `Digest`, came `none`"));
  EXPECT_THAT(mismatches({.request = 3}), ElementsAre("request 3 at the proxy never came; 2 did"));
  EXPECT_THAT(
      mismatches({.method = "GET"}),
      ElementsAre("no request at the proxy is as expected; of 2, the last: method: expected "
                  "`GET`, came `CONNECT`"));
}

TEST(ExpectRequest, LooksAtHeadersWhateverTheirCase) {
  EXPECT_THAT(mismatches({.request = 1, .headers = {"user-agent: curl/*", "Host"}}), IsEmpty());
  EXPECT_THAT(mismatches({.request = 2, .headers = {"X-A: 2"}}), IsEmpty()) << "any of that name";
  EXPECT_THAT(mismatches({.request = 1, .no_headers = {"X-A"}}), IsEmpty());
  EXPECT_THAT(mismatches({.request = 1, .headers = {"User-Agent: wget*"}}),
              ElementsAre("request 1 at the proxy: header: expected `User-Agent: wget*`, came "
                          "`curl/7.88.1`"));
  EXPECT_THAT(mismatches({.request = 1, .headers = {"X-B"}}),
              ElementsAre("request 1 at the proxy: header: expected `X-B`, came none"));
  EXPECT_THAT(mismatches({.request = 2, .no_headers = {"x-a"}}),
              ElementsAre("request 2 at the proxy: header `x-a` is there: `1`"));
}

TEST(ExpectRequest, LooksAtTheOriginToo) {
  using enum RequestExpectation::At;
  EXPECT_THAT(mismatches({.at = origin, .method = "POST", .body_sha256 = std::string(64, 'a')}),
              IsEmpty());
  EXPECT_EQ(mismatches({.at = origin, .body_sha256 = std::string(64, 'b')}).size(), 1U);
  EXPECT_THAT(mismatches({.at = origin, .request = 2}),
              ElementsAre("request 2 at the origin never came; 1 did"));
}

TEST(ExpectRequest, OrMayNotCome) {
  EXPECT_THAT(mismatches({.method = "GET", .never = true}), IsEmpty());
  EXPECT_THAT(mismatches({.request = 3, .never = true}), IsEmpty());
  EXPECT_THAT(mismatches({.credentials = "Digest", .never = true}),
              ElementsAre("a request at the proxy is as none may be"));
  EXPECT_THAT(mismatches({.request = 2, .credentials = "Digest", .never = true}),
              ElementsAre("request 2 at the proxy is as none may be"));
}

}  // namespace
}  // namespace misproxy
