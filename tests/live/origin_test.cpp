#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/encoding.hpp"
#include "core/sha256.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

ClientSettings get(const std::string& url) {
  ClientSettings client;
  client.method = ClientSettings::Method::get;
  client.url = url;
  return client;
}

TEST(Origin, DownloadsAreTheSeedsAndSayTheirDigest) {
  Served served({"allow"}, {"--seed", "3"});
  const auto client = get("https://tools.cisco.com/bytes/3000000");
  auto arguments = curl_arguments(served.ready(), client);
  arguments.insert(arguments.end(), {"-H", "Want-Repr-Digest: sha-256=1"});
  const auto body = curl(arguments, client).out;
  ASSERT_EQ(body.size(), 3'000'000U);
  Sha256 hash;
  hash.update(body);
  arguments.emplace_back("-I");
  const auto head = curl(arguments, client).out;
  EXPECT_NE(head.find(fmt::format("repr-digest: sha-256=:{}:", to_base64(hash.finish()))),
            std::string::npos);
  served.stop();
  Served again({"allow"}, {"--seed", "3"});
  EXPECT_EQ(curl(curl_arguments(again.ready(), client), client).out, body);
  again.stop();
  Served other({"allow"}, {"--seed", "4"});
  EXPECT_NE(curl(curl_arguments(other.ready(), client), client).out, body);
  other.stop();
}

TEST(Origin, CanBeReachedWithoutTheProxy) {
  Served served({"allow"});
  const auto client = get("https://tools.cisco.com/healthcheck");
  const auto result =
      curl({"curl", "-q", "-sS", "--cacert", served.ready().ca, "--connect-to",
            fmt::format("tools.cisco.com:443:127.0.0.1:{}", served.ready().origin_ports.front()),
            client.url},
           client);
  EXPECT_EQ(result.exit, 0) << result.message;
  EXPECT_EQ(result.out, "healthy\n");
  served.stop();
}

TEST(Origin, TakesLargeUploads) {
  Served served({"allow"});
  Folder folder;
  const std::string body(5'000'000, 'x');
  const auto told = fmt::format("received 5000000 bytes, SHA-256 {}\n", sha256_hex(body));
  auto client = get("https://tools.cisco.com/upload");
  auto arguments = curl_arguments(served.ready(), client);
  arguments.insert(arguments.end(),
                   {"-T", folder.write("large", body), "-H", "Expect: 100-continue"});
  EXPECT_EQ(curl(arguments, client).out, told);
  arguments.insert(arguments.end(), {"-H", "Transfer-Encoding: chunked"});
  EXPECT_EQ(curl(arguments, client).out, told);
  served.stop();
}

TEST(Origin, ManyHostsByAGlobEachWithItsCertificate) {
  Folder folder;
  const auto file = folder.write(
      "x.toml",
      "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n"
      "[[origin]]\nhost = '*.cisco.com'\n[[origin]]\nhost = '72.163.4.161'\nport = 8443\n");
  Served served({file});
  for (const auto* url :
       {"https://tools.cisco.com/healthcheck", "https://a.b.cisco.com/healthcheck",
        "https://72.163.4.161:8443/healthcheck"}) {
    const auto client = get(url);
    const auto result = curl(curl_arguments(served.ready(), client), client);
    EXPECT_EQ(result.out, "healthy\n") << url << ": " << result.message;
  }
  served.stop();
}

}  // namespace
}  // namespace misproxy::test
