// A disk that is full while a capture is kept: told, and the rest goes on.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "support/api.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

using ::testing::HasSubstr;

/// A command with a disk of 64 KiB at /mnt, which nobody else sees; `$@` is the command.
std::vector<std::string> with_small_disk() {
  return {"unshare",   "-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt && exec \"$@\"",
          "small-disk"};
}

bool may_mount() {
  auto words = with_small_disk();
  words.push_back("true");
  return run(words).code == 0;
}

TEST(FullDisk, ACaptureThatEndsIsTold) {
  if (!may_mount()) GTEST_SKIP() << "no file system may be mounted here";
  Api api({}, "127.0.0.1:0", {"TMPDIR=/mnt"}, with_small_disk());
  const auto proxy = api.make(R"({"scenario": "allow"})");
  EXPECT_TRUE(proxy.at("capture_lacks").is_null());
  EXPECT_EQ(api.fetch(proxy, "https://tools.cisco.com/bytes/300000", {"-o", "/dev/null"}).code, 0)
      << "who is served does not notice";
  api.post("/proxies/allow/wait-for", R"({"event": "closed"})");
  EXPECT_THAT(text(api.get("/proxies/allow").object().at("capture_lacks")),
              HasSubstr("No space left on device"));
  const auto verdict = api.get("/proxies/allow/verdict").object();
  EXPECT_EQ(verdict.at("id"), "not-enough-evidence");
  EXPECT_THAT(text(verdict.at("headline")), HasSubstr("No space left on device"));
  EXPECT_EQ(api.get("/proxies/allow/capture").status, 200) << "what there is";
  EXPECT_THAT(api.get("/proxies/allow/trace").body, HasSubstr(R"("event":"closed")"));
  EXPECT_EQ(api.get("/proxies/allow/bundle").status, 200);
  const auto other = api.make(R"({"scenario": "acl-deny-403", "capture": false})");
  EXPECT_EQ(api.fetch(other).code, 56);
  EXPECT_EQ(api.call("DELETE", "/proxies/allow").status, 204);
  const auto again = api.make(R"({"scenario": "acl-deny-403", "id": "again"})");
  EXPECT_EQ(api.fetch(again).code, 56);
  api.post("/proxies/again/wait-for", R"({"event": "closed"})");
  EXPECT_EQ(api.get("/proxies/again/verdict").text_of_member("id"), "proxy-denied")
      << "there is room again";
  api.stop();
}

TEST(FullDisk, ExecKeepsTheCommandsExitCode) {
  if (!may_mount()) GTEST_SKIP() << "no file system may be mounted here";
  auto words = with_small_disk();
  words.insert(words.end(),
               {MISPROXY_BINARY, "exec", "--bundle", "/mnt/b", "allow", "--", "curl", "-q", "-sS",
                "-o", "/dev/null", "https://tools.cisco.com/bytes/300000"});
  auto environment = state_environment();
  environment.emplace_back("SSL_CERT_FILE=/dev/null");  // or the bundle's CAs would fill it
  const auto done = run(words, environment);
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("No space left on device"));
}

}  // namespace
}  // namespace misproxy::test
