#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "support/captures.hpp"
#include "support/frames.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"

namespace misproxy::test {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

/// What one client's connection shows in a capture.
struct Talk {
  std::vector<std::string> flags;  // of SYN, FIN and RST, with `c` or `p` for who sent it
  std::int64_t from_client = 0;    // bytes
  std::int64_t to_client = 0;
  bool operator==(const Talk&) const = default;
};

/// The connections by the client's port; a broken file or a packet before its time is a failure.
std::map<int, Talk> talks(const std::string& path, const std::vector<std::uint16_t>& ports) {
  const auto read = read_frames(path);
  std::map<int, Talk> all;
  std::chrono::nanoseconds last{0};
  for (const auto& frame : read.frames) {
    EXPECT_GE(frame.time, last);
    last = frame.time;
    const auto& tcp = *frame.packet.value().packet.tcp();
    const bool ours = std::find(ports.begin(), ports.end(), tcp.source_port) != ports.end();
    auto& talk = all[ours ? tcp.destination_port : tcp.source_port];
    (ours ? talk.to_client : talk.from_client) += static_cast<std::int64_t>(tcp.payload.size());
    const char* flag = tcp.syn ? "SYN" : tcp.fin ? "FIN" : tcp.rst ? "RST" : nullptr;
    if (flag != nullptr) talk.flags.push_back(fmt::format("{} {}", ours ? 'p' : 'c', flag));
  }
  EXPECT_FALSE(read.error) << read.error->sentence;
  return all;
}

std::vector<std::string> decoded_as_http(const Served& served) {
  std::vector<std::string> flags;
  flags.insert(flags.end(), {"-d", fmt::format("tcp.port=={},http", served.port())});
  return flags;
}

/// `misproxy serve` with a capture, in a folder of its own.
struct Captured {
  explicit Captured(const std::vector<std::string>& ids, std::vector<std::string> flags = {})
      : served(ids, with_capture(std::move(flags))) {}

  std::vector<std::string> with_capture(std::vector<std::string> flags) const {
    flags.insert(flags.end(), {"--capture", path});
    return flags;
  }

  Folder folder;
  std::string path = (folder / "c.pcapng").string();
  Served served;
};

std::int64_t measured(const TraceLine& line, std::string_view key) {
  for (const auto& field : line.event.measured) {
    if (field.first == key) return std::get<std::int64_t>(field.second);
  }
  ADD_FAILURE() << "no " << key;
  return -1;
}

class ServeCapture : public testing::TestWithParam<std::string> {};

TEST_P(ServeCapture, HoldsEveryByteOfCurlsAndNothingToRemark) {
  Captured captured({GetParam()});
  const auto scenario = bundled_scenario(GetParam());
  const auto& client = scenario.client;
  curl(curl_arguments(captured.served.ready(), client), client);
  captured.served.stop();
  const auto all = talks(captured.path, {captured.served.port()});
  const auto trace = captured.served.trace();
  const auto closed = std::count_if(trace.begin(), trace.end(), [](const TraceLine& line) {
    return line.event.name == "closed";
  });
  EXPECT_GE(closed, 1);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(closed));
  for (const auto& line : trace) {
    if (line.event.name != "closed") continue;
    const auto talk = all.find(static_cast<int>(measured(line, "client_port")));
    ASSERT_NE(talk, all.end());
    EXPECT_EQ(measured(line, "bytes_in"), talk->second.from_client);
    EXPECT_EQ(measured(line, "bytes_out"), talk->second.to_client);
  }
  EXPECT_EQ(remarks(captured.path), "");
  const auto comments = tshark(captured.path, "frame.comment", {"frame.comment"});
  for (const auto& line : trace) {
    if (line.event.cause != Cause::injected) continue;
    EXPECT_THAT(comments, HasSubstr(fmt::format("{}: {}", line.event.fault, line.event.name)));
  }
}

/// Where nobody listens, nothing connects.
std::vector<std::string> ids_that_listen() {
  auto ids = bundled_ids();
  std::erase_if(ids, [](const std::string& id) { return !bundled_scenario(id).proxy.listens; });
  return ids;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ServeCapture, testing::ValuesIn(ids_that_listen()),
                         [](const auto& test) { return test_name(test.param); });

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
