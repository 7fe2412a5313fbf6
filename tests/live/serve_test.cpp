#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "support/process.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/tree.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kConnectCisco = "CONNECT tools.cisco.com:443 HTTP/1.1\r\n\r\n";

TEST(Serve, EveryScenarioHasItsOwnPortAndState) {
  Served served({"allow", "acl-deny-403", "allow"});
  EXPECT_EQ(served.ready(0).scenario, "allow");
  EXPECT_EQ(served.ready(1).scenario, "acl-deny-403");
  EXPECT_EQ(served.ready(2).scenario, "allow#2");
  EXPECT_EQ(served.ready(0).origin_ports.size(), 2U);
  Socket first(served.port(0));
  first.send(kConnectCisco);
  EXPECT_EQ(first.read(12), "HTTP/1.1 200");
  Socket second(served.port(1));
  second.send(kConnectCisco);
  EXPECT_NE(second.read_all().find("403 Forbidden"), std::string::npos);
  EXPECT_EQ(second.ending, Socket::End::fin);
  served.stop();
}

TEST(Serve, TheReadyFileSaysWhatStdoutSays) {
  Folder folder;
  const auto path = (folder / "ready").string();
  Served served({"allow"}, {"--ready-file", path, "--seed", "7"});
  const auto ready = parse_ready(text_of(path));
  EXPECT_EQ(ready.proxy_port, served.port());
  EXPECT_EQ(ready.seed, 7);
  EXPECT_EQ(ready.pid, served.process().pid());
  EXPECT_TRUE(fs::exists(ready.ca));
  served.stop();
}

TEST(Serve, StderrBeginsWithTheCurlToPaste) {
  Served served({"allow"});
  const auto finished = served.stop();
  EXPECT_EQ(finished.err.rfind(
                fmt::format("curl -x http://127.0.0.1:{} --cacert {} -I https://tools.cisco.com",
                            served.port(), served.ready().ca),
                0),
            0U)
      << finished.err;
}

TEST(Serve, StderrHasTheCurlOnceStdoutSaysReady) {
  const Folder folder;
  const auto talk = folder / "talk";
  Process serving({"sh", "-c", "exec \"$@\" 2>" + talk.string(), "-", MISPROXY_BINARY, "serve",
                   "allow", "--format", "json"},
                  state_environment());
  ASSERT_TRUE(serving.read_line());
  std::string first;
  std::getline(std::ifstream(talk), first);
  EXPECT_THAT(first, testing::StartsWith("curl "));
}

TEST(Serve, TheCaIsPrivateAndExported) {
  Folder folder;
  const auto copy = (folder / "ca.pem").string();
  Served served({"allow"}, {"--ca-out", copy});
  EXPECT_EQ(served.ready().ca, copy);
  served.stop();
  const auto printed = misproxy({"ca", "--ca-out", (folder / "again.pem").string()});
  ASSERT_EQ(printed.code, 0) << printed.err;
  const auto path = printed.out.substr(0, printed.out.find('\n'));
  EXPECT_EQ(text_of(path), text_of(copy));
  EXPECT_EQ(text_of(path), text_of(folder / "again.pem"));
  const auto key = fs::path(path).replace_extension(".key");
  EXPECT_EQ(fs::status(key).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(Serve, SignalsEndItWithTheTraceComplete) {
  for (const int number : {SIGINT, SIGTERM}) {
    Served served({"stall-after-tls"});
    Socket open(served.port());
    open.send(kConnectCisco);
    open.read(12);
    served.process().signal(number);
    served.wait();
    const auto trace = served.trace();
    ASSERT_FALSE(trace.empty());
    EXPECT_EQ(trace.back().event.name, "stopped");
    EXPECT_TRUE(std::any_of(trace.begin(), trace.end(),
                            [](const auto& line) { return line.event.name == "shutdown"; }));
    EXPECT_EQ(std::count_if(trace.begin(), trace.end(),
                            [](const auto& line) { return line.event.name == "closed"; }),
              1);
  }
}

/// When the proxy looked at a FIN, before a signal or behind it, is no part of what happened.
TEST(Serve, ASignalCutsOffNobodyWhoHadGoneOrBeenToldTheEnd) {
  Served denies({"acl-deny-403"});
  Socket told(denies.port());
  told.send(kConnectCisco);
  told.read_all();
  Served allows({"allow"});
  {
    Socket gone(allows.port());
    gone.send(kConnectCisco);
    gone.read(12);
    allows.process().signal(SIGSTOP);
  }
  for (auto* served : {&denies, &allows}) {
    served->process().signal(SIGINT);
    served->process().signal(SIGCONT);
    served->wait();
    const auto trace = served->trace();
    EXPECT_EQ(trace.back().event.name, "stopped");
    EXPECT_TRUE(std::none_of(trace.begin(), trace.end(),
                             [](const auto& line) { return line.event.name == "shutdown"; }));
  }
}

TEST(Serve, EndsAfterSoManyConnections) {
  Served served({"acl-deny-403"}, {"--exit-after", "3"});
  for (int i = 0; i < 3; ++i) {
    Socket client(served.port());
    client.send(kConnectCisco);
    EXPECT_NE(client.read_all().find("403"), std::string::npos);
  }
  served.wait();
  EXPECT_FALSE(Socket(served.port()).connected());
}

TEST(Serve, AnInjectedReplyIsNeverEatenByARst) {
  // The client goes on sending after the head: a careless close would answer that with a RST.
  Served served({"bad-gateway-502"}, {"--exit-after", "30"});
  for (int i = 0; i < 30; ++i) {
    Socket client(served.port());
    client.send(std::string(kConnectCisco) + std::string(200'000, 'x'));
    EXPECT_NE(client.read_all().find("Bad Gateway"), std::string::npos);
    EXPECT_EQ(client.ending, Socket::End::fin);
  }
  served.wait();
}

TEST(Serve, ARstIsARst) {
  Served served({"reset-on-large-segment"});
  Socket client(served.port());
  client.send(std::string(kConnectCisco) + "\x16\x03\x01\x20" + std::string(9000, 'x'));
  EXPECT_EQ(client.read_all().rfind("HTTP/1.1 200", 0), 0U);
  EXPECT_EQ(client.ending, Socket::End::rst);
  served.stop();
}

std::string scenario_with(const std::string& fault) {
  return "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n[[origin]]\nhost = "
         "'tools.cisco.com'\n"
         "[[fault]]\nid = 'f'\n" +
         fault;
}

/// The digest of a run in which a client sends `bytes` in pieces of `size`, and what ended it.
std::pair<std::string, std::string> run_with(const std::string& file, const std::string& bytes,
                                             std::size_t size) {
  Served served({file}, {"--exit-after", "1"});
  Socket client(served.port());
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    if (client.send(std::string_view(bytes).substr(at, size)) == 0) break;
  }
  client.finish_sending();
  client.read_all();
  served.wait();
  std::string injected;
  for (const auto& line : served.trace())
    injected += line.event.fault;
  return {trace_digest(served.trace()), injected};
}

TEST(Serve, TriggersCountBytesAndRecordsNotReads) {
  Folder folder;
  // Part of a ClientHello, and what is no TLS at all: the origin has nothing to answer yet.
  const auto hello = std::string("\x16\x03\x01\x01\x00\x01", 6) + std::string(200, 'x');
  const std::vector<std::pair<std::string, std::string>> cases{
      {"offset_bytes = 7", hello},
      {"flight_over_bytes = 11", hello},
      {"record = { handshake = 'client_hello' }", hello},
      {"offset_bytes = 50", std::string(100, 'A')},
      {"flight_over_bytes = 99", std::string(100, 'A')}};
  for (const auto& [place, stream] : cases) {
    const auto file = folder.write(
        "x.toml",
        scenario_with(fmt::format("when = {{ point = 'tunnel', direction = 'to_origin', {} }}\n"
                                  "do.close.how = 'rst'\n",
                                  place)));
    const auto bytes = kConnectCisco + stream;
    const auto whole = run_with(file, bytes, bytes.size());
    EXPECT_EQ(whole.second, "f") << place;
    for (const std::size_t size : std::initializer_list<std::size_t>{1, 3, 50})
      EXPECT_EQ(run_with(file, bytes, size), whole) << place;
  }
}

TEST(Serve, TheOriginAnswersARecordBeforeTheNextCounts) {
  // Two records of garbage: the origin refuses the first, so the second is none of the same flight.
  Folder folder;
  const auto file =
      folder.write("x.toml", scenario_with("when = { point = 'tunnel', direction = 'to_origin', "
                                           "flight_over_bytes = 15 }\ndo.close.how = 'rst'\n"));
  const auto record = std::string("\x16\x03\x01\x00\x05hello", 10);
  const auto bytes = kConnectCisco + record + record;
  const auto whole = run_with(file, bytes, bytes.size());
  EXPECT_EQ(whole.second, "");
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 3, 50})
    EXPECT_EQ(run_with(file, bytes, size), whole) << size;
}

TEST(Serve, ACutDownloadStopsAtTheByte) {
  Folder folder;
  for (const auto* how : {"fin", "rst", "no_close_notify"}) {
    const auto file = folder.write(
        "x.toml", scenario_with(fmt::format(
                      "when = {{ point = 'inner-response', body_offset_bytes = 150001 }}\n"
                      "do.close.how = '{}'\n",
                      how)));
    Served served({file}, {"--exit-after", "1"});
    ClientSettings client;
    client.method = ClientSettings::Method::get;
    client.url = "https://tools.cisco.com/bytes/400000";
    const auto result = curl(curl_arguments(served.ready(), client), client);
    EXPECT_EQ(result.out.size(), 150'001U) << how;
    EXPECT_EQ(result.exit, how == std::string_view("rst") ? 56 : 18) << result.message;
    served.wait();
  }
}

TEST(Serve, ARstWaitsForASlowReader) {
  // More than the sockets' buffers hold: a RST at once would make the kernel forget the rest.
  Folder folder;
  const auto file = folder.write(
      "x.toml", scenario_with("when = { point = 'inner-response', body_offset_bytes = 6000001 }\n"
                              "do.close.how = 'rst'\n"));
  Served served({file}, {"--exit-after", "1"});
  ClientSettings client;
  client.method = ClientSettings::Method::get;
  client.url = "https://tools.cisco.com/bytes/10000000";
  auto arguments = curl_arguments(served.ready(), client);
  arguments.insert(arguments.end(), {"--limit-rate", "2M"});
  const auto result = curl(arguments, client);
  EXPECT_EQ(result.out.size(), 6'000'001U);
  EXPECT_EQ(result.exit, 56) << result.message;
  served.wait();
}

TEST(Serve, ASecondServerOnAPortIsRefusedBeforeItServes) {
  Served served({"allow"});
  const auto where = fmt::format("127.0.0.1:{}", served.port());
  const auto second = misproxy({"serve", "--listen", where});
  EXPECT_EQ(second.code, 3);
  EXPECT_EQ(
      second.err,
      fmt::format("misproxy: cannot listen on {} for allow: Address already in use\n", where));
  served.stop();
}

TEST(Serve, GoesOnWhereNobodyReadsStderr) {
  // The pipe takes 64 KiB; 3,000 connections say more. This 502 ends its connection at once.
  Served served({"bad-gateway-502"});
  for (int i = 0; i < 3000; ++i) {
    Socket client(served.port());
    client.send(kConnectCisco);
    ASSERT_NE(client.read_all().find("502"), std::string::npos) << i;
  }
  served.stop();
  const auto trace = served.trace();
  EXPECT_EQ(std::count_if(trace.begin(), trace.end(),
                          [](const auto& line) { return line.event.name == "closed"; }),
            3000);
}

}  // namespace
}  // namespace misproxy::test
