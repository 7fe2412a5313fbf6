#include <gmock/gmock.h>

#include <algorithm>

#include "support/real_proxy.hpp"
#include "support/real_server.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/upstream_text.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;
using Kind = RealProxy::Kind;
using Rule = RealProxy::Rule;

constexpr auto kConnect = "CONNECT real.test:443 HTTP/1.1\r\nHost: real.test:443\r\n\r\n";

/// misproxy before a proxy of Debian's, before nginx.
struct Chain {
  RealServer nginx;
  RealProxy parent;
  Folder folder;
  Served served;

  Chain(Kind kind, Rule rule, std::string_view faults = {})
      : parent(kind, rule, nginx.tls_port()),
        served({folder.write(
            "up.toml", real_through(parent.port(), nginx.tls_port()) + std::string(faults))}) {}

  CurlResult fetch() const {
    ClientSettings client;
    client.method = ClientSettings::Method::get;
    client.url = "https://real.test/small";
    auto ready = served.ready();
    ready.ca = nginx.certificate();
    return curl(curl_arguments(ready, client), client);
  }
};

class RealParent : public testing::TestWithParam<Kind> {};

TEST_P(RealParent, LeadsToNginx) {
  Chain chain(GetParam(), Rule::allows);
  const auto result = chain.fetch();
  EXPECT_EQ(result.exit, 0) << result.message;
  EXPECT_EQ(result.out, "a real answer\n");
  chain.served.stop();
}

TEST_P(RealParent, ItsRefusalIsTheClients) {
  Chain chain(GetParam(), Rule::denies);
  EXPECT_EQ(chain.fetch().http_connect, 403);
  chain.served.stop();
  const auto lines = chain.served.trace();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const TraceLine& line) {
    const auto* why = line.find("why");
    return line.event.name == "open-failed" && line.event.cause == Cause::environment &&
           why != nullptr && *why == TraceValue("declined");
  }));
}

TEST_P(RealParent, ItsChallengeIsTheClients) {
  Chain chain(GetParam(), Rule::wants_password);
  Socket client(chain.served.port());
  client.send(kConnect);
  const auto answer = client.read_all();
  const bool is_407 = answer.starts_with("HTTP/1.1 407 ");
  const bool is_401 = answer.starts_with("HTTP/1.1 401 ");  // tinyproxy before 1.11.2
  EXPECT_TRUE(is_407 || is_401) << answer;
  EXPECT_THAT(answer, HasSubstr("uthenticate: Basic realm="));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  chain.served.stop();
}

TEST_P(RealParent, AFaultOfTheTunnelActsOnTheWay) {
  Chain chain(GetParam(), Rule::allows,
              "[[fault]]\nid = 'cut'\nwhen = { point = 'tunnel', direction = 'to_client', "
              "offset_bytes = 300 }\ndo = { close = { how = 'rst' } }\n");
  EXPECT_EQ(chain.fetch().exit, 35);
  chain.served.stop();
}

INSTANTIATE_TEST_SUITE_P(Proxies, RealParent,
                         testing::Values(Kind::squid, Kind::tinyproxy, Kind::apache),
                         [](const auto& test) {
                           return test.param == Kind::squid       ? "squid"
                                  : test.param == Kind::tinyproxy ? "tinyproxy"
                                                                  : "apache";
                         });

/// A parent of our own, and what a client gets through it.
struct BadParent {
  Listener listener;
  Folder folder;
  Served served;

  explicit BadParent(std::string_view more = {})
      : served({folder.write("up.toml", real_through(listener.port(), 443, more))}) {}

  std::string answer(std::string_view says) {
    Socket client(served.port());
    client.send(kConnect);
    auto parent = listener.accept();
    EXPECT_THAT(parent.read(40), HasSubstr("CONNECT 127.0.0.1:443 HTTP/1.1\r\n"));
    parent.send(says);
    parent.finish_sending();
    return client.read_all();
  }
};

TEST(HostileParent, GarbageSilenceAndResetsAreBadGateways) {
  BadParent parent;
  EXPECT_THAT(parent.answer("\x16\x03\x01 no HTTP"), HasSubstr("error=http_protocol_error"));
  EXPECT_THAT(parent.answer("SSH-2.0-x\r\n"), HasSubstr("error=http_protocol_error"));
  EXPECT_THAT(parent.answer(""), HasSubstr("error=connection_terminated"));
  EXPECT_THAT(parent.answer("HTTP/1.1 200"), HasSubstr("error=connection_terminated"));
  EXPECT_THAT(parent.answer("HTTP/1.1 200 OK\r\n" + std::string(100'000, 'x')),
              HasSubstr("error=http_protocol_error"));
  EXPECT_THAT(parent.answer("HTTP/1.1 200 OK\r\n\r\nhello"), HasSubstr("hello"));
  parent.served.stop();
}

TEST(HostileParent, OneThatSaysNothingHasALimit) {
  BadParent parent("[proxy]\nparent_timeout_ms = 200\n");
  Socket client(parent.served.port());
  client.send(kConnect);
  const auto silent = parent.listener.accept();
  EXPECT_THAT(client.read_all(), HasSubstr("HTTP/1.1 504 Gateway Timeout\r\n"));
  parent.served.stop();
}

}  // namespace
}  // namespace misproxy::test
