#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string_view>

#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/tree.hpp"
#include "trace/json_line.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

TEST(ReadyFile, IsThereFromReadyToTheEnd) {
  Folder folder;
  const auto path = folder.write("ready", "stale");
  Served served({"allow"}, {"--ready-file", path});
  EXPECT_EQ(parse_ready(text_of(path)).proxy_port, served.port());
  served.stop();
  EXPECT_FALSE(fs::exists(path));
}

TEST(ReadyFile, AStaleOneIsGoneBeforeAnythingElseCanFail) {
  Folder folder;
  const auto path = folder.write("ready", "stale");
  Served holds({"allow"});
  const auto taken = fmt::format("127.0.0.1:{}", holds.port());
  const std::vector<std::vector<std::string>> failing{
      {"serve", "nowhere.toml"},
      {"serve", folder.write("bad.toml", "nonsense")},
      {"serve", "allow", "--listen", taken}};
  for (auto arguments : failing) {
    folder.write("ready", "stale");
    arguments.insert(arguments.end(), {"--ready-file", path});
    EXPECT_NE(misproxy(arguments).code, 0);
    EXPECT_FALSE(fs::exists(path)) << arguments[1];
  }
  holds.stop();
}

TEST(ReadyFile, OfAnotherIsLeft) {
  Folder folder;
  const auto path = (folder / "ready").string();
  Served served({"allow"}, {"--ready-file", path});
  folder.write("ready", "another's");
  served.stop();
  EXPECT_EQ(text_of(path), "another's");
}

TEST(ReadyFile, ALinkThatWasPlantedBesideItIsNotFollowed) {
  Folder folder;
  const auto victim = folder.write("victim", "precious");
  const auto path = (folder / "ready").string();
  const auto command =
      fmt::format("ln -s {} {}.$$; exec {} serve --exit-after 1 --format json --ready-file {}",
                  victim, path, MISPROXY_BINARY, path);
  Process process({"bash", "-c", command}, state_environment());
  const auto line = process.read_line();
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(text_of(victim), "precious");
  EXPECT_EQ(text_of(path), *line + "\n");
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait().code, 0);
}

TEST(ReadyFile, ALinkThatLeadsNowhereIsNamed) {
  Folder folder;
  const auto path = (folder / "ready").string();
  fs::create_symlink(folder / "nowhere", path);
  const auto refused = misproxy({"serve", "--ca-out", path});
  EXPECT_EQ(refused.code, 3);
  EXPECT_EQ(refused.err,
            fmt::format("misproxy: cannot write {}: No such file or directory; it is a symbolic "
                        "link to {}\n",
                        path, (folder / "nowhere").string()));
  const auto made = misproxy({"run", "allow", "--capture", path});
  EXPECT_EQ(made.code, 3);
  EXPECT_NE(made.err.find("symbolic link to"), std::string::npos) << made.err;
}

TEST(ReadyFile, ALinkIsRefusedEachTimeAndItsTargetStays) {
  Folder folder;
  const auto target = folder.write("target", "precious");
  const auto path = (folder / "ready").string();
  fs::create_symlink(target, path);
  for (const auto& there : {target, (folder / "nowhere").string()}) {
    fs::remove(path);
    fs::create_symlink(there, path);
    for (int i = 0; i < 2; ++i) {
      const auto refused = misproxy({"serve", "--ready-file", path});
      EXPECT_EQ(refused.code, 3);
      EXPECT_EQ(refused.err,
                fmt::format("misproxy: cannot write {}: it is a symbolic link to {}, and a ready "
                            "file comes and goes: give its own PATH\n",
                            path, there));
      EXPECT_TRUE(fs::is_symlink(path));
    }
  }
  EXPECT_EQ(text_of(target), "precious");
}

TEST(ReadyFile, ALinkToAPipeIsWrittenThrough) {
  Folder folder;
  const auto pipe = (folder / "pipe").string();
  const auto path = (folder / "ready").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  fs::create_symlink(pipe, path);
  Process serve({MISPROXY_BINARY, "serve", "--ready-file", path}, state_environment());
  const auto read = run({"cat", pipe});  // to its end: it comes while misproxy still serves
  EXPECT_GT(parse_ready(read.out.substr(0, read.out.find('\n'))).proxy_port, 0);
  serve.signal(SIGTERM);
  EXPECT_EQ(serve.wait().code, 0);
  EXPECT_TRUE(fs::is_symlink(path));
}

TEST(ReadyFile, IsNoScenario) {
  Folder folder;
  const auto file = folder.write(
      "x.toml", "schema = 1\n[about]\nid='x'\ntitle='t'\nteaches='u'\n[[origin]]\nhost='a.test'\n");
  for (const auto* flag : {"--ready-file", "--ca-out"}) {
    EXPECT_EQ(misproxy({"serve", file, flag, file}).code, 2) << flag;
    EXPECT_EQ(misproxy({"check", file}).code, 0) << flag;
  }
}

/// The last event of a trace, and why.
std::string last_in(const fs::path& trace) {
  std::ifstream file(trace);
  std::string last;
  for (std::string text; std::getline(file, text);)
    last = text;
  const auto line = parse_json_line(last);
  const auto* good = std::get_if<TraceLine>(&line);
  if (good == nullptr) return "no line: " + last;
  std::string text = good->event.name;
  for (const auto& [key, value] : good->event.measured) {
    if (key == "why") text += " " + std::get<std::string>(value);
  }
  return text;
}

TEST(Ends, WithItsParentInGoodOrder) {
  Folder folder;
  const auto trace = folder / "t.jsonl";
  const auto ready = folder / "ready";
  const auto command =
      fmt::format("{} serve --exit-with-parent --format json --trace {} --ready-file {} & wait",
                  MISPROXY_BINARY, trace.string(), ready.string());
  Process parent({"bash", "-c", command}, state_environment());
  const auto line = parent.read_line();
  ASSERT_TRUE(line.has_value());
  parent.signal(SIGKILL);
  parent.wait();  // until the child has closed stdout and stderr, too
  EXPECT_EQ(last_in(trace), "stopped exit-with-parent");
  EXPECT_FALSE(fs::exists(ready));
}

bool read_until(Process& process, std::string_view text) {
  auto line = process.read_line();
  while (line && line->find(text) == std::string::npos)
    line = process.read_line();
  return line.has_value();
}

/// As Ctrl-C reaches both: the parent ends while misproxy still waits for its trace's reader.
TEST(Ends, InGoodOrderWhereItsParentEndsMeanwhile) {
  Folder folder;
  const auto unread = folder / "fifo";
  const auto ready = folder / "ready";
  ASSERT_EQ(::mkfifo(unread.c_str(), 0600), 0);
  const auto command =
      fmt::format("{} serve --exit-with-parent --trace {} --ready-file {} 2>&1 & wait",
                  MISPROXY_BINARY, unread.string(), ready.string());
  Process parent({"bash", "-c", command}, state_environment());
  ASSERT_TRUE(read_until(parent, "curl -x"));
  ASSERT_EQ(::kill(static_cast<pid_t>(parse_ready(text_of(ready)).pid), SIGTERM), 0);
  ASSERT_TRUE(read_until(parent, "stopped"));
  parent.signal(SIGKILL);
  const auto rest = parent.wait().out;
  EXPECT_NE(rest.find("nobody reads it; the trace ends here"), std::string::npos) << rest;
  EXPECT_FALSE(fs::exists(ready));
}

TEST(Ends, NotWithASignalThatOnlyLooksLikeItsParents) {
  Served served({"acl-deny-403"}, {"--exit-with-parent"});
  served.process().signal(SIGUSR2);
  Socket client(served.port());
  client.send("CONNECT tools.cisco.com:443 HTTP/1.1\r\n\r\n");
  EXPECT_NE(client.read_all().find("403"), std::string::npos);
  served.stop();
}

TEST(Ends, BySighupUnlessItIsIgnored) {
  Served served({"allow"});
  served.process().signal(SIGHUP);
  served.wait();
  EXPECT_EQ(last_in(served.trace_path()), "stopped SIGHUP");

  Folder folder;
  const auto trace = folder / "t.jsonl";
  Process spared({"nohup", MISPROXY_BINARY, "serve", "--format", "json", "--trace", trace.string()},
                 state_environment());
  ASSERT_TRUE(spared.read_line().has_value());
  spared.signal(SIGHUP);
  spared.signal(SIGTERM);
  EXPECT_EQ(spared.wait().code, 0);
  EXPECT_EQ(last_in(trace), "stopped SIGTERM");
}

TEST(Ends, NoCountOfAttemptsIsLostWithoutAWord) {
  Folder folder;
  const auto file = folder.write(
      "x.toml",
      "schema = 1\n[about]\nid='x'\ntitle='t'\nteaches='u'\n[[origin]]\nhost='a.test'\n"
      "[[fault]]\nid = 'f'\nwhen.point = 'request-head'\ndo.respond.status = 403\n");
  const std::string reply = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
  Served served({file});  // a reply that leaves the connection open
  Socket client(served.port());
  constexpr int kHosts = 10'003;  // three past the bound
  for (int i = 0; i < kHosts; ++i) {
    client.send(fmt::format("CONNECT h{}.test:443 HTTP/1.1\r\n\r\n", i));
    ASSERT_EQ(client.read(reply.size()), reply) << i;
  }
  served.stop();
  const auto trace = served.trace();
  EXPECT_EQ(std::count_if(trace.begin(), trace.end(),
                          [](const auto& line) { return line.event.name == "attempts-forgotten"; }),
            3);
}

}  // namespace
}  // namespace misproxy::test
