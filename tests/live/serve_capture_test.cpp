#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "support/captures.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/talks.hpp"

namespace misproxy::test {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

std::vector<std::string> decoded_as_http(const Served& served) {
  std::vector<std::string> flags;
  flags.insert(flags.end(), {"-d", fmt::format("tcp.port=={},http", served.port())});
  return flags;
}

TEST(ServeCaptureFile, DecryptsItself) {
  Captured captured({"allow"});
  const auto client = bundled_scenario("allow").client;
  for (const auto* version : {"1.2", "1.3"}) {
    auto argv = curl_arguments(captured.served.ready(), client);
    argv.insert(argv.end(), {"--http1.1", fmt::format("--tlsv{}", version), "--tls-max", version});
    EXPECT_EQ(curl(argv, client).http_code, 302);
  }
  captured.served.stop();
  EXPECT_EQ(tshark(captured.path, "http.response.code==302", {"http.location"},
                   decoded_as_http(captured.served)),
            "https://tools.cisco.com/healthcheck\nhttps://tools.cisco.com/healthcheck\n");
}

TEST(ServeCaptureFile, SaysWhatItIsMadeFromAndNamesEachScenario) {
  Captured captured({"allow", "acl-deny-403"});
  const auto client = bundled_scenario("allow").client;
  curl(curl_arguments(captured.served.ready(1), client), client);
  captured.served.stop();
  const auto about = run({"capinfos", "-k", "-I", captured.path}).out;
  EXPECT_THAT(about, HasSubstr("made from what the proxy's sockets did, not from the wire"));
  EXPECT_THAT(about, HasSubstr("Name = allow\n"));
  EXPECT_THAT(about, HasSubstr("Name = acl-deny-403\n"));
  EXPECT_EQ(tshark(captured.path, "frame.comment",
                   {"frame.interface_name", "frame.comment", "http.response.code"}),
            "acl-deny-403\tacl-deny: respond\t403\n");
}

TEST(ServeCaptureFile, TwoClientsAtOnceAreBothWhole) {
  Captured captured({"allow"}, {"--threads", "2", "--exit-after", "2"});
  auto client = bundled_scenario("allow").client;
  client.url = "https://tools.cisco.com/bytes/3000000";
  client.method = ClientSettings::Method::get;
  std::vector<Process> curls;
  for (int i = 0; i < 2; ++i) {
    curls.emplace_back(curl_arguments(captured.served.ready(), client),
                       std::vector<std::string>{"no_proxy="});
  }
  for (auto& each : curls)
    EXPECT_EQ(each.wait().out.size(), 3'000'000U);
  captured.served.wait();
  const auto all = talks(captured.path, {captured.served.port()});
  ASSERT_EQ(all.size(), 2U);
  for (const auto& [port, talk] : all) {
    EXPECT_GT(talk.to_client, 3'000'000);
    ASSERT_EQ(talk.flags.size(), 4U);  // curl's RST answers a close_notify that it has not read
    EXPECT_THAT(talk.flags, AllOf(Contains("p FIN"), Contains(AnyOf("c FIN", "c RST"))));
  }
  EXPECT_EQ(remarks(captured.path), "");
}

/// A download that hangs: curl, and a capture of what came so far.
class Hanging {
 public:
  Hanging() : captured_({"stall-mid-download"}), curl_(arguments(), {"no_proxy="}) {
    captured_.served.await(1, [](const auto& line) { return line.event.cause == Cause::injected; });
  }

  Served& served() { return captured_.served; }
  const std::string& path() const { return captured_.path; }
  std::map<int, Talk> seen() { return talks(path(), {served().port()}); }

 private:
  std::vector<std::string> arguments() {
    auto client = bundled_scenario("stall-mid-download").client;
    client.max_time_ms.reset();
    return curl_arguments(captured_.served.ready(), client);
  }

  Captured captured_;
  Process curl_;
};

TEST(ServeCaptureFile, CanBeReadWhileItGrowsAndAfterASignal) {
  Hanging hanging;
  const auto growing = hanging.seen();
  ASSERT_EQ(growing.size(), 1U);
  hanging.served().process().signal(SIGINT);
  hanging.served().wait();
  const auto ended = hanging.seen();
  const auto& talk = ended.begin()->second;
  EXPECT_GT(talk.to_client, 100'000);
  const auto last = tshark(hanging.path(), "tcp.len > 0", {"frame.comment"});
  EXPECT_TRUE(last.ends_with("\nsilence: stall\n")) << last;
  EXPECT_THAT(talk.flags, ElementsAre("c SYN", "p SYN", "p FIN"));
  EXPECT_EQ(remarks(hanging.path()), "");
}

TEST(ServeCaptureFile, LosesNothingWhenKilled) {
  Hanging hanging;
  const auto before = hanging.seen();
  hanging.served().process().signal(SIGKILL);
  EXPECT_EQ(hanging.served().process().wait().code, 128 + SIGKILL);
  const auto after = hanging.seen();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_GE(after.begin()->second.to_client, before.begin()->second.to_client);
  EXPECT_GT(after.begin()->second.from_client, 0);
}

TEST(ServeCaptureFile, EndsThatNoClientChooses) {
  Captured captured({"allow"});
  {
    Socket client(captured.served.port());
    client.send("CONNECT tools.cisco.com:443 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client.read(12), "HTTP/1.1 200");
    client.reset();
  }
  captured.served.await(1, [](const auto& line) { return line.event.name == "closed"; });
  captured.served.stop();
  const auto all = talks(captured.path, {captured.served.port()});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all.begin()->second.flags, ElementsAre("c SYN", "p SYN", "c RST"));
}

TEST(ServeCaptureFile, AnOriginsOwnPortIsInItToo) {
  Captured captured({"allow"});
  const auto& ready = captured.served.ready();
  const auto finished =
      run({"curl", "-q", "-sS", "--http1.1", "--noproxy", "*", "--cacert", ready.ca, "--connect-to",
           fmt::format("tools.cisco.com:443:127.0.0.1:{}", ready.origin_ports[0]),
           "https://tools.cisco.com/bytes/5"});
  EXPECT_EQ(finished.out.size(), 5U) << finished.err;
  captured.served.stop();
  EXPECT_EQ(tshark(captured.path, "http.response", {"http.response.code"},
                   {"-d", fmt::format("tcp.port=={},tls", ready.origin_ports[0])}),
            "200\n");
}

TEST(ServeCaptureFile, IsRefusedWhereItWouldDoHarmOrCannotBe) {
  Folder folder;
  const auto scenario = folder.write(
      "x.toml", "schema = 1\n[about]\nid='x'\ntitle='t'\nteaches='u'\n[[origin]]\nhost='a.test'\n");
  const auto both = (folder / "both").string();
  const auto kept = folder.write("kept", "a trace of before");
  struct Wrong {
    std::vector<std::string> arguments;
    int code;
    std::string says;
  };
  const Wrong cases[] = {
      {{"serve", scenario, "--capture", scenario},
       2,
       fmt::format("misproxy: --capture {} is a scenario\n", scenario)},
      {{"serve", "--capture", "/nowhere/c"},
       3,
       "misproxy: cannot write /nowhere/c: No such file or directory\n"},
      {{"serve", "--trace", both, "--capture", both},
       2,
       fmt::format("misproxy: --trace {0} and --capture {0} are one file, which holds one thing: "
                   "give one of them another PATH\n",
                   both)},
      {{"serve", "--trace", kept, "--capture", scenario, scenario},
       2,
       fmt::format("misproxy: --capture {} is a scenario\n", scenario)},
      {{"serve", "--captur", "x"},
       2,
       "misproxy serve: there is no flag --captur; did you mean --capture?\n"},
  };
  for (const auto& wrong : cases) {
    const auto finished = misproxy(wrong.arguments);
    EXPECT_EQ(finished.code, wrong.code) << wrong.says;
    EXPECT_EQ(finished.err, wrong.says);
  }
  EXPECT_EQ(misproxy({"check", scenario}).code, 0);
  EXPECT_EQ(fs::file_size(kept), 17U) << "a refusal empties no trace";
}

}  // namespace
}  // namespace misproxy::test
