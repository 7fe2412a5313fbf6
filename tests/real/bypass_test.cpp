#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/real_proxy.hpp"
#include "support/real_server.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

/// Ruby's Net::HTTP asks no proxy for what is on loopback, whatever its environment says.
TEST(RealClient, OneThatLeavesTheProxyAsideIsNamed) {
  if (run({"sh", "-c", "command -v ruby"}).code != 0) GTEST_SKIP() << "there is no ruby here";
  const auto port = free_port();
  Process server({"python3", "-m", "http.server", fmt::to_string(port), "--bind", "127.0.0.1"});
  ASSERT_TRUE(await_port(port));
  Folder folder;
  const auto scenario = folder.write(
      "direct.toml", fmt::format("schema = 1\n[about]\nid = 'direct'\ntitle = 't'\nteaches = 'u'\n"
                                 "[[origin]]\nhost = '127.0.0.1'\nport = {0}\n"
                                 "[client]\nurl = 'http://127.0.0.1:{0}/'\nmethod = 'GET'\n",
                                 port));
  const auto done =
      misproxy({"run", scenario, "--world", "live", "--client", "ruby", "--format", "json"});
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_THAT(done.out, HasSubstr("\"outcome\":\"proxy-bypassed\""));
  EXPECT_THAT(done.out, HasSubstr("made no connection to the proxy"));
}

}  // namespace
}  // namespace misproxy::test
