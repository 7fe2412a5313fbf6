// Faults inside the TLS of a real upstream, which inspection opens.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <stdlib.h>

#include <chrono>
#include <set>

#include "core/draw.hpp"
#include "core/sha256.hpp"
#include "support/real_server.hpp"
#include "support/served.hpp"
#include "support/upstream_text.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

/// An inspecting proxy with these faults before nginx, whose certificate it trusts.
struct Inspected {
  Folder folder;
  std::optional<Served> served;

  Inspected(const RealServer& nginx, const std::string& faults,
            const std::vector<std::string>& flags = {}) {
    ::setenv("SSL_CERT_FILE", nginx.certificate().c_str(), 1);
    const auto text = real_at(nginx.tls_port()) +
                      "[[fault]]\nid = 'inspection'\nwhen.point = "
                      "'upstream-connect'\ndo.inspect.ca = 'trusted'\n" +
                      faults;
    served.emplace(std::vector{folder.write("up.toml", text)}, flags);
    ::unsetenv("SSL_CERT_FILE");
  }

  std::vector<std::string> arguments(const std::string& path) const {
    return curl_arguments(served->ready(), client(path));
  }
  static ClientSettings client(const std::string& path) {
    ClientSettings client;
    client.method = ClientSettings::Method::get;
    client.url = "https://real.test" + path;
    return client;
  }
  CurlResult fetch(const std::string& path, const std::vector<std::string>& more = {}) const {
    auto arguments = this->arguments(path);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return curl(arguments, client(path));
  }
};

TEST(InspectedUpstream, AnswersInNginxsPlace) {
  const RealServer nginx;
  Inspected stage(nginx, fault("licence", "point = 'inner-request', path = '/licence*'",
                               "respond = { status = 451, body = 'not here' }"));
  const auto denied = stage.fetch("/licence/check");
  EXPECT_EQ(denied.exit, 0) << denied.message;
  EXPECT_EQ(denied.http_code, 451);
  EXPECT_THAT(denied.out, HasSubstr("not here"));
  const auto passed = stage.fetch("/small", {"-i"});
  EXPECT_EQ(passed.http_code, 200) << passed.message;
  EXPECT_THAT(passed.out, HasSubstr("Server: nginx"));
  EXPECT_THAT(passed.out, HasSubstr("a real answer\n"));
  stage.served->stop();
}

TEST(InspectedUpstream, CutsARealDownloadAtAByteOfItsBody) {
  const RealServer nginx;
  Inspected stage(nginx, fault("cut", "point = 'inner-response', body_offset_bytes = 123456",
                               "close = { how = 'fin' }"));
  nginx.put("large", std::string(1'000'000, 'x'));
  const auto result = stage.fetch("/large");
  EXPECT_EQ(result.exit, 18) << result.message;
  EXPECT_EQ(result.out, std::string(123'456, 'x'));
  stage.served->stop();
}

TEST(InspectedUpstream, CorruptsOneByteOfALargeDownloadAndNoOther) {
  const RealServer nginx;
  Inspected stage(nginx, fault("flip", "point = 'inner-response', body_offset_bytes = 20000000",
                               "corrupt = { xor = 255 }"));
  std::string body(30'000'000, '\0');
  SeededBytes(7).fill(0, body);
  nginx.put("large", body);
  const auto result = stage.fetch("/large");
  body[20'000'000] = static_cast<char>(body[20'000'000] ^ '\xff');
  EXPECT_EQ(sha256_hex(result.out), sha256_hex(body)) << result.message;
  stage.served->stop();
}

TEST(InspectedUpstream, SlowsARealDownloadDown) {
  const RealServer nginx;
  Inspected stage(nginx,
                  fault("slow", "point = 'inner-response'", "throttle = { bytes_per_s = 500000 }"));
  nginx.put("some", std::string(200'000, 'x'));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(stage.fetch("/some").out.size(), 200'000U);
  EXPECT_GT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(390));
  stage.served->stop();
}

/// An upload to another misproxy, which says what it got.
TEST(InspectedUpstream, UploadsPass) {
  Folder folder;
  Served far({folder.write("far.toml", upstream_text("[[origin]]\nhost = 'far.test'\n"))});
  const auto text =
      upstream_text(fmt::format("[[origin]]\nhost = 'far.test'\nconnect-to = '127.0.0.1:{}'\n"
                                "[[fault]]\nid = 'inspection'\nwhen.point = 'upstream-connect'\n"
                                "do.inspect.ca = 'trusted'\n",
                                far.ready().origin_ports.at(0))) +
      fault("slow", "point = 'inner-request'", "delay = { by_ms = 30 }");
  Served served({folder.write("near.toml", text)});
  std::string body(3'000'000, '\0');
  SeededBytes(7).fill(0, body);
  ClientSettings client;
  client.method = ClientSettings::Method::get;
  client.url = "https://far.test/upload";
  auto upload = curl_arguments(served.ready(), client);
  upload.insert(upload.end(), {"-T", folder.write("upload", body)});
  const auto result = curl(upload, client);
  EXPECT_EQ(result.http_code, 200) << result.message;
  EXPECT_THAT(result.out, HasSubstr(sha256_hex(body)));
  served.stop();
  far.stop();
}

TEST(InspectedUpstream, FiftyClientsAtOnceOneDigest) {
  const RealServer nginx;
  nginx.put("some", std::string(200'000, 'x'));
  std::set<std::string> digests;
  for (int round = 0; round < 2; ++round) {
    Inspected stage(nginx,
                    fault("cut", "point = 'inner-response', body_offset_bytes = 50000",
                          "close = { how = 'no_close_notify' }"),
                    {"--threads", "2", "--exit-after", "50"});
    std::vector<Process> curls;
    for (int i = 0; i < 50; ++i)
      curls.emplace_back(stage.arguments("/some"), std::vector<std::string>{"no_proxy="});
    for (auto& each : curls) {
      const auto finished = each.wait();
      EXPECT_NE(finished.code, 0) << finished.err;
      EXPECT_EQ(finished.out.size(), 50'000U);
    }
    stage.served->wait();
    digests.insert(trace_digest(stage.served->trace()));
  }
  EXPECT_EQ(digests.size(), 1U);
}

}  // namespace
}  // namespace misproxy::test
