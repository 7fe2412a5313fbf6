#include <fmt/format.h>
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

constexpr auto kConnectParent = "CONNECT real.test:443 HTTP/1.1\r\nHost: real.test:443\r\n\r\n";

/// misproxy before a proxy of Debian's, before nginx.
struct Chain {
  RealServer nginx;
  RealProxy parent;
  Folder folder;
  Served served;

  Chain(Kind kind, Rule rule, std::string_view faults = {})
      : parent(kind, rule, nginx.tls_port(), nginx.plain_port()),
        served({folder.write("up.toml",
                             fmt::format("{}[[origin]]\nhost = 'plain.test'\nport = 80\n"
                                         "connect-to = '127.0.0.1:{}'\nparent = '127.0.0.1:{}'\n{}",
                                         real_through(parent.port(), nginx.tls_port()),
                                         nginx.plain_port(), parent.port(), faults))}) {}

  CurlResult fetch(const std::vector<std::string>& flags = {},
                   const std::string& url = "https://real.test/small") const {
    ClientSettings client;
    client.method = ClientSettings::Method::get;
    client.url = url;
    auto ready = served.ready();
    ready.ca = nginx.certificate();
    auto arguments = curl_arguments(ready, client);
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return curl(arguments, client);
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
  client.send(kConnectParent);
  const auto answer = client.read_all();
  const bool is_407 = answer.starts_with("HTTP/1.1 407 ");
  const bool is_401 = answer.starts_with("HTTP/1.1 401 ");  // tinyproxy before 1.11.2
  EXPECT_TRUE(is_407 || is_401) << answer;
  EXPECT_THAT(answer, HasSubstr("uthenticate: Basic realm="));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  chain.served.stop();
}

/// By Basic at once, and after a 407.
TEST_P(RealParent, ThePasswordThatItAsksForComesToIt) {
  Chain chain(GetParam(), Rule::wants_password);
  const auto right = fmt::format("{}:{}", RealProxy::kUser, RealProxy::kPassword);
  for (const auto* url : {"https://real.test/small", "http://plain.test/small"}) {
    for (const auto* scheme : {"--proxy-basic", "--proxy-anyauth"}) {
      const bool says_401 = GetParam() == Kind::tinyproxy;  // before 1.11.2, to curl's surprise
      if (says_401 && scheme == std::string_view("--proxy-anyauth")) continue;
      const auto passed = chain.fetch({scheme, "-U", right}, url);
      EXPECT_EQ(passed.exit, 0) << url << scheme << passed.message;
      EXPECT_EQ(passed.out, "a real answer\n") << url << scheme;
    }
    EXPECT_NE(chain.fetch({"-U", "joe:wrong"}, url).out, "a real answer\n") << url;
  }
  chain.served.stop();
  const auto trace = text_of(chain.served.trace_path());
  EXPECT_EQ(trace.find(RealProxy::kPassword), std::string::npos);
}

/// None of them tunnels to that port.
TEST_P(RealParent, ForwardsWhatIsForwardedToIt) {
  Chain chain(GetParam(), Rule::allows);
  chain.nginx.put("large", std::string(3'000'000, 'x'));
  const auto twice = chain.fetch({"http://plain.test/large"}, "http://plain.test/small");
  EXPECT_EQ(twice.exit, 0) << twice.message;
  EXPECT_TRUE(twice.out.starts_with("a real answer\n"));
  EXPECT_TRUE(twice.out.ends_with(std::string(3'000'000, 'x')));
  const auto missing = chain.fetch({"-w", "%{http_code}"}, "http://plain.test/none");
  EXPECT_EQ(missing.http_code, 404);
  chain.served.stop();
  Chain refuses(GetParam(), Rule::denies);
  EXPECT_EQ(refuses.fetch({}, "http://plain.test/small").http_code, 403);
  refuses.served.stop();
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
    client.send(kConnectParent);
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
  client.send(kConnectParent);
  const auto silent = parent.listener.accept();
  EXPECT_THAT(client.read_all(), HasSubstr("HTTP/1.1 504 Gateway Timeout\r\n"));
  parent.served.stop();
}

}  // namespace
}  // namespace misproxy::test
