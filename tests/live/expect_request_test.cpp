// `[[expect.request]]`: what a client has sent, at the proxy and at the origin.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "core/sha256.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string uploading(const std::string& expectation) {
  return "schema = 1\n[about]\nid = \"uploading\"\ntitle = \"t\"\nteaches = \"u\"\n"
         "[[origin]]\nhost = \"a.test\"\n[client]\nurl = \"https://a.test/upload\"\n"
         "method = \"POST\"\nbody_bytes = 300000\nattempts = 1\n" +
         expectation;
}

Finished run_it(const std::string& file, const std::string& client) {
  if (client.empty()) return misproxy({"run", "--progress", "0", file});
  return misproxy({"run", "--progress", "0", "--world", "live", "--client", client, file});
}

/// In either world, in HTTP/1.1 and HTTP/2.
TEST(ExpectRequestOfRealClients, HoldsTheBodysDigestAndTheHeaders) {
  const auto blanks = sha256_hex(std::string(300'000, ' '));
  const auto exec = fmt::format(
      "exec:head -c 300000 /dev/zero | tr '\\0' ' ' | curl -sS -o /dev/null -x "
      "$MISPROXY_PROXY_URL --cacert $MISPROXY_CA -H 'X-Token: S3CRET' --data-binary @- "
      "$MISPROXY_URL");
  Folder folder;
  const auto good = folder.write(
      "good.toml",
      uploading(fmt::format("[[expect.request]]\nat = \"proxy\"\nmethod = \"CONNECT\"\n"
                            "headers = [\"Host: a.test:443\"]\nno_headers = [\"Cookie\"]\n"
                            "[[expect.request]]\nat = \"origin\"\nrequest = 1\nmethod = \"POST\"\n"
                            "target = \"/upload\"\nbody_sha256 = \"{}\"\n",
                            blanks)));
  for (const auto* client : {"", "curl", exec.c_str()}) {
    const auto finished = run_it(good, client);
    EXPECT_EQ(finished.code, 0) << client << finished.out << finished.err;
  }
  const auto http1 = run_it(good, exec + " --http1.1");
  EXPECT_EQ(http1.code, 0) << http1.out << http1.err;
  const auto bad = folder.write(
      "bad.toml", uploading(fmt::format("[[expect.request]]\nat = \"origin\"\nbody_sha256 = "
                                        "\"{}\"\n[[expect.request]]\nat = \"origin\"\n"
                                        "headers = [\"X-Token: S3CRET\"]\n",
                                        std::string(64, '0'))));
  const auto refused = run_it(bad, exec);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.out, AllOf(HasSubstr("body_sha256: expected `" + std::string(64, '0')),
                                 HasSubstr("came `" + blanks), HasSubstr("came `***`")));
}

/// However the body is framed.
TEST(ExpectRequestOfRealClients, HoldsTheDigestOfAForwardedBodyAtTheProxy) {
  const auto scenario = [](const std::string& sha256) {
    return fmt::format(
        "schema = 1\n[about]\nid = \"plain\"\ntitle = \"t\"\nteaches = \"u\"\n"
        "[[origin]]\nhost = \"a.test\"\nport = 80\ntls = []\n[client]\n"
        "url = \"http://a.test/upload\"\nmethod = \"POST\"\nbody_bytes = 300000\nattempts = 1\n"
        "[[expect.request]]\nrequest = 1\nmethod = \"POST\"\nbody_sha256 = \"{}\"\n",
        sha256);
  };
  const auto blanks = sha256_hex(std::string(300'000, ' '));
  const std::string chunked =
      "exec:head -c 300000 /dev/zero | tr '\\0' ' ' | curl -sS -o /dev/null -x "
      "$MISPROXY_PROXY_URL -H 'Expect:' -T - -X POST $MISPROXY_URL";
  Folder folder;
  const auto good = folder.write("good.toml", scenario(blanks));
  for (const auto& client : {std::string(), std::string("curl"), chunked}) {
    const auto finished = run_it(good, client);
    EXPECT_EQ(finished.code, 0) << client << finished.out << finished.err;
  }
  const auto bad = run_it(folder.write("bad.toml", scenario(std::string(64, '0'))), chunked);
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.out, HasSubstr("came `" + blanks));
}

}  // namespace
}  // namespace misproxy::test
