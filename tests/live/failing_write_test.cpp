#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

constexpr int kMostWrites = 200;  // more than any of these runs makes

std::vector<std::string> failing_at(int nth) {
  auto environment = state_environment();
  environment.push_back(fmt::format("MISPROXY_FAULT_NTH={}", nth));
  return environment;
}

/// What has been recorded is whole, as far as it goes; nothing at all may be there too.
void expect_readable(const Folder& folder) {
  for (const auto& [name, verb] :
       {std::pair("t", std::pair("trace", "show")), std::pair("c", std::pair("capture", "text"))}) {
    const auto path = folder / name;
    if (!fs::exists(path) || fs::file_size(path) == 0) continue;
    const auto read = misproxy({verb.first, verb.second, path.string()});
    EXPECT_EQ(read.code, 0) << read.err;
  }
}

/// Runs it with each of its writes failing in turn, until none is left that could; `expect` after
/// each. Ends with the number of writes that there were.
int fail_each(const std::function<Finished(int, const Folder&)>& run) {
  EXPECT_EQ(misproxy({"ca"}).code, 0);  // there already: its writes have a test of their own
  for (int nth = 0; nth < kMostWrites; ++nth) {
    Folder folder;
    const auto finished = run(nth, folder);
    expect_readable(folder);
    if (finished.code == 0) return nth;
    EXPECT_EQ(finished.code, 3) << nth << ": " << finished.err;
    EXPECT_THAT(finished.err, HasSubstr("misproxy: cannot write ")) << nth;
    EXPECT_THAT(finished.err, HasSubstr(": No space left on device")) << nth;
  }
  return kMostWrites;
}

/// One client is refused, if it comes to that.
Finished serve_one(int nth, const Folder& folder) {
  Process serve({MISPROXY_BINARY, "serve", "acl-deny-403", "--format", "json", "--exit-after", "1",
                 "--trace", (folder / "t").string(), "--capture", (folder / "c").string(),
                 "--ready-file", (folder / "r").string(), "--ca-out", (folder / "ca").string()},
                failing_at(nth));
  const auto line = serve.read_line();
  if (line && line->ends_with('}')) {
    Socket client(parse_ready(*line).proxy_port);
    client.send("CONNECT tools.cisco.com:443 HTTP/1.1\r\n\r\n");
    EXPECT_THAT(client.read_all(), HasSubstr("403"));
  }
  return serve.wait();
}

Finished run_one(int nth, const Folder& folder) {
  const auto at = [&](const char* name) { return (folder / name).string(); };
  return run({MISPROXY_BINARY, "run", "acl-deny-403", "--trace", at("t"), "--capture", at("c"),
              "--log", at("l"), "--har", at("h"), "--junit", at("j"), "--out", at("out")},
             failing_at(nth));
}

Finished run_live(int nth, const Folder& folder) {
  return run({MISPROXY_BINARY, "run", "acl-deny-403", "--world", "live", "--client", "curl",
              "--trace", (folder / "t").string(), "--capture", (folder / "c").string()},
             failing_at(nth));
}

TEST(FailingWrite, OfServe) { EXPECT_GE(fail_each(serve_one), 12); }
TEST(FailingWrite, OfRun) { EXPECT_GE(fail_each(run_one), 8); }
TEST(FailingWrite, OfALiveRun) { EXPECT_GE(fail_each(run_live), 3); }

TEST(FailingWrite, OfWhatIsPrinted) {
  Folder kept;
  const auto at = [&](const char* name) { return (kept / name).string(); };
  ASSERT_EQ(misproxy({"run", "acl-deny-403", "--trace", at("t"), "--capture", at("c")}).code, 0);
  const std::vector<std::vector<std::string>> commands{{"trace", "show", at("t")},
                                                       {"trace", "digest", at("t")},
                                                       {"trace", "normal", at("t")},
                                                       {"capture", "text", at("c")},
                                                       {"list"},
                                                       {"verdicts"},
                                                       {"explain", "mtu-black-hole"},
                                                       {"check", MISPROXY_SOURCE_DIR "/scenarios"}};
  for (const auto& command : commands) {
    const auto writes = fail_each([&](int nth, const Folder&) {
      std::vector<std::string> argv{MISPROXY_BINARY};
      argv.insert(argv.end(), command.begin(), command.end());
      return run(argv, failing_at(nth));
    });
    EXPECT_GE(writes, 1) << command.front();
  }
}

TEST(FailingWrite, OfANewCaLeavesNoHalfOfOneAndNoLock) {
  const auto writes = fail_each([](int nth, const Folder& folder) {
    const auto state = fmt::format("XDG_STATE_HOME={}", (folder / "state").string());
    auto finished =
        run({MISPROXY_BINARY, "ca"}, {state, fmt::format("MISPROXY_FAULT_NTH={}", nth)});
    EXPECT_EQ(fs::exists(folder / "state/misproxy/ca.pem"),
              fs::exists(folder / "state/misproxy/ca.key"));
    EXPECT_EQ(fs::exists(folder / "state/misproxy/lock"),
              fs::exists(folder / "state/misproxy/ca.pem"));
    return finished;
  });
  EXPECT_GE(writes, 3);
}

/// A disk with room for so many blocks of 512 bytes in each file.
Finished serve_on_small_disk(const Folder& folder, int blocks) {
  Process serve({"sh", "-c", fmt::format("ulimit -f {}; exec \"$@\"", blocks), "sh",
                 MISPROXY_BINARY, "serve", "allow", "--format", "json", "--exit-after", "20",
                 "--trace", (folder / "t").string(), "--capture", (folder / "c").string()},
                state_environment());
  const auto line = serve.read_line();
  if (!line) return serve.wait();
  const auto ready = parse_ready(*line);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(run({"curl", "-q", "-sS", "-x", ready.proxy_url, "--cacert", ready.ca,
                   "https://tools.cisco.com/bytes/5"},
                  {"no_proxy="})
                  .out.size(),
              5U);
  return serve.wait();
}

TEST(FailingWrite, AFullDiskLeavesWholeLinesAndWholePackets) {
  misproxy({"ca"});  // not on the small disk
  for (const int blocks : {3, 8, 13}) {
    Folder folder;
    const auto finished = serve_on_small_disk(folder, blocks);
    EXPECT_EQ(finished.code, 3) << finished.err;
    for (const auto& [name, what] : {std::pair("t", "trace"), std::pair("c", "capture")}) {
      const auto sentence =
          fmt::format("misproxy: cannot write {}: File too large; the {} ends here\n",
                      (folder / name).string(), what);
      const auto at = finished.err.find(sentence);
      EXPECT_NE(at, std::string::npos) << finished.err;
      EXPECT_EQ(finished.err.find(sentence, at + 1), std::string::npos) << "said once";
      EXPECT_GT(fs::file_size(folder / name), 0U);
    }
    EXPECT_THAT(finished.err, HasSubstr(" events lost\n"));
    EXPECT_THAT(finished.err, HasSubstr(" packets lost\n"));
    expect_readable(folder);
  }
}

TEST(FailingWrite, AFullDeviceHoldsUpNobody) {
  Process serve({MISPROXY_BINARY, "serve", "acl-deny-403", "--format", "json", "--exit-after", "1",
                 "--trace", "/dev/full", "--capture", "/dev/full"},
                state_environment());
  {
    Socket client(parse_ready(serve.read_line().value()).proxy_port);
    client.send("CONNECT tools.cisco.com:443 HTTP/1.1\r\n\r\n");
    EXPECT_THAT(client.read_all(), HasSubstr("403"));
  }  // closed, for the proxy waits for that
  const auto finished = serve.wait();
  EXPECT_EQ(finished.code, 3);
  EXPECT_THAT(
      finished.err,
      HasSubstr(
          "misproxy: cannot write /dev/full: No space left on device; the trace ends here\n"));
  EXPECT_THAT(
      finished.err,
      HasSubstr(
          "misproxy: cannot write /dev/full: No space left on device; the capture ends here\n"));
}

class BrokenTrace : public testing::Test {
 protected:
  static std::string line(int seq) {
    return fmt::format(
               R"({{"scenario":"s","connection":1,"seq":{},"seen_by":"proxy","point":"accept","party":"client","origin":"peer","event":"connected","measured":{{"t_us":1}}}})",
               seq) +
           "\n";
  }
  Folder folder_;
};

TEST_F(BrokenTrace, ItsWholeLinesAreTakenAndItsEndIsNamed) {
  const auto whole = folder_.write("whole", line(0) + line(1));
  for (const std::size_t cut : {std::size_t{1}, std::size_t{20}, line(2).size() - 2}) {
    const auto path = folder_.write("cut", line(0) + line(1) + line(2).substr(0, cut));
    for (const auto* verb : {"show", "digest", "normal"}) {
      const auto finished = misproxy({"trace", verb, path});
      EXPECT_EQ(finished.code, 1);
      EXPECT_EQ(finished.out, misproxy({"trace", verb, whole}).out) << verb;
      EXPECT_THAT(finished.err,
                  HasSubstr("misproxy: " + path + ":3: not a whole line of a trace: "));
      EXPECT_THAT(finished.err, HasSubstr("; the 2 whole ones are taken\n"));
    }
  }
}

TEST_F(BrokenTrace, OrWholeItMayComeOnStandardInput) {
  const auto text = line(0) + line(1);
  for (const auto* verb : {"show", "digest", "normal"}) {
    const auto piped = run({MISPROXY_BINARY, "trace", verb, "-"}, {}, text);
    EXPECT_EQ(piped.code, 0) << piped.err;
    EXPECT_EQ(piped.out, misproxy({"trace", verb, folder_.write("t", text)}).out);
  }
  const auto broken = run({MISPROXY_BINARY, "trace", "show", "-"}, {}, text + "{");
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.err, HasSubstr("misproxy: -:3: not a whole line of a trace: "));
  EXPECT_EQ(run({MISPROXY_BINARY, "trace", "show", "-"}, {}, "").code, 2);
}

TEST_F(BrokenTrace, OneWithoutItsLastLinesEndIsWhole) {
  auto text = line(0) + line(1);
  text.pop_back();
  EXPECT_EQ(misproxy({"trace", "show", folder_.write("t", text)}).code, 0);
}

TEST_F(BrokenTrace, LinesBehindABrokenOneAreTakenToo) {
  const auto path = folder_.write("t", line(0) + line(1).substr(0, 30) + line(2) + "x\n" + line(3));
  const auto finished = misproxy({"trace", "show", path});
  EXPECT_EQ(finished.code, 1);
  EXPECT_EQ(std::count(finished.out.begin(), finished.out.end(), '\n'), 2);
  EXPECT_THAT(finished.err, HasSubstr(path + ":2: not a line of a trace: "));
  EXPECT_THAT(finished.err, HasSubstr(", nor is 1 other; the 2 whole ones are taken\n"));
}

TEST_F(BrokenTrace, OneWithoutAWholeLineIsNone) {
  const auto path = folder_.write("t", line(0).substr(0, 30));
  const auto finished = misproxy({"trace", "digest", path});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, HasSubstr(path + ":1: not a whole line of a trace: "));
}

}  // namespace
}  // namespace misproxy::test
