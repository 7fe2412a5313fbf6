#include <gtest/gtest.h>

#include "support/process.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

/// wget reaches an origin of the scenario, with misproxy's CA.
TEST(RealWget, ReachesTheEmbeddedOrigin) {
  Served served({"allow"}, {"--exit-after", "1"});
  const auto& ready = served.ready();
  const auto finished =
      run({"wget", "-q", "-O", "-", "--ca-certificate", ready.ca, "-e",
           "https_proxy=" + ready.proxy_url, "https://tools.cisco.com/healthcheck"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_EQ(finished.out, "healthy\n");
  served.wait();
}

}  // namespace
}  // namespace misproxy::test
