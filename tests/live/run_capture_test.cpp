#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <filesystem>

#include "support/captures.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

std::string port_of_proxy(const std::string& path) {
  const auto ports = tshark(path, "tcp.flags.syn==1 && tcp.flags.ack==0", {"tcp.dstport"});
  return ports.substr(0, ports.find('\n'));
}

class LiveRunCapture : public testing::TestWithParam<const char*> {};

TEST_P(LiveRunCapture, DecryptsItselfAndTellsWhereTheFaultActed) {
  Folder folder;
  const auto path = (folder / "c.pcapng").string();
  const auto live = [&](const char* scenario) {
    return misproxy(
        {"run", scenario, "--world", "live", "--client", GetParam(), "--capture", path});
  };
  const auto good = live("allow");
  EXPECT_EQ(good.code, 0) << good.out << good.err;
  EXPECT_EQ(remarks(path), "");
  // The built-in client speaks HTTP/1.1, curl HTTP/2.
  EXPECT_THAT(tshark(path, "http.response.code==302 || http2.headers.status==302",
                     {"http.location", "http2.headers.location"},
                     {"-d", fmt::format("tcp.port=={},http", port_of_proxy(path))}),
              HasSubstr("https://tools.cisco.com/healthcheck"));
  EXPECT_THAT(run({"capinfos", "-k", path}).out, HasSubstr("not from the wire"));

  EXPECT_EQ(live("reset-mid-download").code, 0);
  EXPECT_EQ(remarks(path), "");
  EXPECT_EQ(tshark(path, "frame.comment", {"tcp.flags.reset", "frame.comment"}),
            "1\tabort: close\n");
}

INSTANTIATE_TEST_SUITE_P(Clients, LiveRunCapture, testing::Values("fmc", "curl"));

TEST(RunCapture, ALiveBundleHasTheProxysView) {
  Folder folder;
  const auto out = (folder / "out").string();
  EXPECT_EQ(misproxy({"run", "allow", "acl-deny-403", "--world", "live", "--out", out}).code, 0);
  for (const auto* id : {"allow-seed1", "acl-deny-403-seed1"}) {
    EXPECT_EQ(remarks((fs::path(out) / id / "proxy.pcapng").string()), "");
    EXPECT_FALSE(fs::exists(fs::path(out) / id / "client.pcapng"));
  }
}

TEST(RunCapture, ChangesNothingOfWhatHappens) {
  Folder folder;
  const auto digest = [](std::vector<std::string> flags) {
    flags.insert(flags.begin(),
                 {"run", "stall-mid-download", "--world", "live", "--format", "json"});
    const auto finished = misproxy(flags);
    EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
    return boost::json::parse(finished.out).at("trace_digest");
  };
  EXPECT_EQ(digest({"--capture", (folder / "c.pcapng").string()}), digest({}));
}

TEST(RunCapture, HoldsEveryLinkEndThatIsAskedFor) {
  Folder folder;
  const auto path = (folder / "c.pcapng").string();
  EXPECT_EQ(
      misproxy({"run", "connect-lost", "--capture", path, "--capture-at", "proxy,client"}).code, 0);
  const auto connects = [&](const char* end) {
    return tshark(path, fmt::format("frame.interface_name==\"{}\" && http.request", end),
                  {"http.request.method"});
  };
  EXPECT_THAT(connects("client"), HasSubstr("CONNECT")) << "the client has sent it";
  EXPECT_EQ(connects("proxy"), "") << "and the proxy has not seen it";
  EXPECT_EQ(connects("router-client"), "");

  EXPECT_EQ(misproxy({"run", "allow", "--capture", path, "--capture-at", "all"}).code, 0);
  const auto about = run({"capinfos", "-I", path}).out;
  for (const auto* end :
       {"client", "router-client", "router-proxy", "proxy", "router-origin", "origin"})
    EXPECT_THAT(about, HasSubstr(fmt::format("Name = {}\n", end)));
  EXPECT_EQ(tshark(path, "_ws.malformed || tcp.checksum.status==0", {"frame.number"}), "");
  EXPECT_EQ(run({"tcpdump", "-n", "-r", path}).code, 0);
}

TEST(RunCapture, AtTheClientWhereNoEndIsNamed) {
  Folder folder;
  const auto path = (folder / "c.pcapng").string();
  EXPECT_EQ(misproxy({"run", "allow", "--capture", path}).code, 0);
  EXPECT_THAT(run({"capinfos", "-I", path}).out, HasSubstr("Name = client\n"));
  EXPECT_EQ(remarks(path), "");
}

TEST(RunCapture, IsRefusedWhereItCannotBeOrWouldDoHarm) {
  Folder folder;
  const auto scenario = folder.write(
      "x.toml", "schema = 1\n[about]\nid='x'\ntitle='t'\nteaches='u'\n[[origin]]\nhost='a.test'\n");
  const auto path = (folder / "c.pcapng").string();
  const auto place = misproxy({"run", "allow", "--capture", path, "--capture-at", "clint"});
  EXPECT_EQ(place.code, 2);
  EXPECT_EQ(place.err,
            "misproxy run: --capture-at: clint is neither all nor some of client, router-client, "
            "router-proxy, proxy, router-origin, origin\n");
  const auto live =
      misproxy({"run", "allow", "--world", "live", "--capture", path, "--capture-at", "all"});
  EXPECT_EQ(live.code, 2);
  EXPECT_EQ(live.err,
            "misproxy: --capture-at: the world live has the proxy's socket alone: proxy\n");
  EXPECT_EQ(misproxy({"run", "allow", "--capture", "/nowhere/c"}).code, 3);
  for (const auto* flag : {"--capture", "--trace", "--har", "--log", "--junit"}) {
    const auto finished = misproxy({"run", scenario, flag, scenario});
    EXPECT_EQ(finished.code, 2);
    EXPECT_EQ(finished.err, fmt::format("misproxy: {} {} is a scenario\n", flag, scenario));
  }
  EXPECT_EQ(misproxy({"check", scenario}).code, 0);
}

}  // namespace
}  // namespace misproxy::test
