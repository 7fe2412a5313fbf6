#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/draw.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

constexpr auto kConnectTools = "CONNECT tools.cisco.com:443 HTTP/1.1\r\n\r\n";

std::string noise(std::uint64_t seed, std::size_t size) {
  std::string bytes(size, '\0');
  SeededBytes(seed).fill(0, bytes);
  return bytes;
}

/// curl's exit code for the scenario's own request: that the server still serves.
int healthy(const Served& served) {
  ClientSettings client;
  return curl(curl_arguments(served.ready(), client), client).exit;
}

/// Kilobytes of memory that the process holds.
long resident_kb(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

/// Reads events until one of this name has come; false where the output ends before.
bool await_line(Process& process, std::string_view name) {
  while (const auto line = process.read_line()) {
    if (line->find(name) != std::string::npos) return true;
  }
  return false;
}

TEST(HostileClient, RandomBytesGetAnAnswerOrACleanClose) {
  Served served({"allow"});
  std::vector<std::uint16_t> ports = served.ready().origin_ports;
  ports.push_back(served.port());
  for (const auto port : ports) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Socket client(port);
      client.send(noise(seed, 64 * 1024));
      client.finish_sending();
      const auto answer = client.read_all();
      EXPECT_NE(client.ending, Socket::End::bound) << "port " << port << " seed " << seed;
      if (port == served.port()) {
        EXPECT_EQ(answer.rfind("HTTP/1.1 4", 0), 0U) << seed;
      }
    }
  }
  EXPECT_EQ(healthy(served), 0);
  served.stop();
  const auto trace = served.trace();
  const auto noted = std::count_if(trace.begin(), trace.end(), [](const TraceLine& line) {
    return line.event.name == "refuse" || line.event.name == "tls-failed";
  });
  EXPECT_EQ(noted, static_cast<std::ptrdiff_t>(20 * ports.size()));
}

TEST(HostileClient, AHeadOfTenMegabytesIsRefusedAndTheRefusalArrives) {
  Served served({"allow"});
  Socket client(served.port());
  client.send("GET / HTTP/1.1\r\nX: " + std::string(10 << 20, 'x'));
  EXPECT_EQ(client.read_all().rfind("HTTP/1.1 431 ", 0), 0U);
  EXPECT_EQ(client.ending, Socket::End::fin);
  EXPECT_EQ(healthy(served), 0);
  served.stop();
}

TEST(HostileClient, AHeadByteByByteIsAHead) {
  Served served({"allow"});
  Socket client(served.port());
  for (const char c : std::string_view(kConnectTools))
    client.send({&c, 1});
  EXPECT_EQ(client.read(12), "HTTP/1.1 200");
  served.stop();
}

TEST(HostileClient, OneThatSendsNothingIsClosedAtTheLimit) {
  Folder folder;
  const auto file =
      folder.write("x.toml",
                   "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n"
                   "[proxy]\nhead_timeout_ms = 100\n[[origin]]\nhost = 'tools.cisco.com'\n");
  Served served({file}, {"--exit-after", "2"});
  Socket nothing(served.port());
  EXPECT_EQ(nothing.read_all(), "");
  EXPECT_EQ(nothing.ending, Socket::End::fin);
  nothing.finish_sending();
  Socket half(served.port());
  half.send("CONNECT tools.cis");
  EXPECT_EQ(half.read_all().rfind("HTTP/1.1 408 ", 0), 0U);
  half.finish_sending();
  served.wait();
  const auto trace = served.trace();
  EXPECT_EQ(std::count_if(trace.begin(), trace.end(),
                          [](const auto& line) { return line.event.name == "head-timeout"; }),
            2);
}

TEST(HostileClient, TwoThousandAtOnce) {
  Served served({"allow"}, {"--threads", "2"});
  std::vector<Socket> clients;
  for (int i = 0; i < 2000; ++i) {
    clients.emplace_back(served.port());
    ASSERT_TRUE(clients.back().connected()) << i;
  }
  EXPECT_EQ(healthy(served), 0) << "while they are all open";
  for (auto& client : clients)
    client.send(kConnectTools);
  for (auto& client : clients)
    ASSERT_EQ(client.read(12), "HTTP/1.1 200");
  EXPECT_EQ(healthy(served), 0);
  for (std::size_t i = 0; i < clients.size(); i += 2)
    clients[i].reset();
  clients.clear();
  EXPECT_EQ(healthy(served), 0);
  served.stop();
}

TEST(HostileClient, OneThatNeverReadsCostsLittle) {
  Served served({"allow"});
  const auto before = resident_kb(served.process().pid());
  // Floods of requests inside TLS whose answers nobody reads: openssl sends, and its stdout is not
  // read.
  std::vector<Process> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back(std::vector<std::string>{
        "bash", "-c",
        "yes $'GET /bytes/100000000 HTTP/1.1\\r\\nHost: a\\r\\n\\r' | timeout 20 openssl s_client "
        "-quiet "
        "-connect 127.0.0.1:" +
            std::to_string(served.ready().origin_ports.front()) + " -servername tools.cisco.com"});
  }
  served.await(4, [](const TraceLine& line) { return line.event.name == "inner-response"; });
  EXPECT_EQ(healthy(served), 0);
  EXPECT_LT(resident_kb(served.process().pid()) - before, 200'000);
  clients.clear();
  served.stop();
}

TEST(HostileClient, OneThatResetsAnywhereIsForgotten) {
  Served served({"allow"}, {"--exit-after", "6"});
  for (const std::string& start : {std::string(), std::string("CONN"), std::string(kConnectTools),
                                   std::string(kConnectTools) + "\x16\x03\x01",
                                   std::string(kConnectTools) + noise(1, 1000), noise(2, 100)}) {
    Socket client(served.port());
    client.send(start);
    client.reset();
  }
  served.wait();
}

/// Those that find no descriptor wait in the listen queue, and are served once there is one; the
/// trace says once that they had to.
TEST(HostileClient, OutOfDescriptorsItSaysSoAndGoesOn) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP()
      << "UBSan's check of a vptr needs a descriptor, and calls what it cannot look at wrong";
#endif
  Folder folder;
  misproxy({"ca"});
  const auto trace = (folder / "t").string();
  Process serve({"sh", "-c", "ulimit -n 40; exec \"$@\"", "sh", MISPROXY_BINARY, "serve", "allow",
                 "--format", "json", "--trace", trace},
                state_environment());
  const auto ready = parse_ready(serve.read_line().value());
  {
    std::vector<Socket> clients;
    for (int i = 0; i < 60; ++i)
      clients.emplace_back(ready.proxy_port);
    EXPECT_TRUE(await_line(serve, "accept-failed"));
  }
  Socket late(ready.proxy_port);
  late.send("CONNECT nobody.test:443 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(late.read(12), "HTTP/1.1 403");
  serve.signal(SIGTERM);
  const auto finished = serve.wait();
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_EQ(finished.out.find("accept-failed"), std::string::npos) << "it is said once";
}

}  // namespace
}  // namespace misproxy::test
