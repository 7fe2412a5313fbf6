// `-` in the place of a path, and what stdout holds then: one thing.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using ::testing::HasSubstr;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// In a folder of its own, where no file called `-` may come to be.
Finished in_folder(const Folder& folder, const std::string& command) {
  return run({"bash", "-c", fmt::format("cd '{}' && {}", (folder / "").string(), command)},
             state_environment());
}

TEST(Stdout, ADashIsStdoutAndTheReportIsTalk) {
  Folder folder;
  const std::pair<const char*, const char*> flags[] = {
      {"trace", "trace"}, {"log", "log"}, {"har", "har"}, {"capture", "capture"}};
  for (const auto& [flag, name] : flags) {
    const auto file = in_folder(
        folder, fmt::format("{} run acl-deny-403 --{} {}.file", MISPROXY_BINARY, flag, name));
    EXPECT_EQ(file.code, 0) << file.err;
    const auto piped =
        in_folder(folder, fmt::format("{} run acl-deny-403 --{} - | cat", MISPROXY_BINARY, flag));
    EXPECT_EQ(piped.code, 0) << piped.err;
    EXPECT_TRUE(piped.out == contents(folder / (std::string(name) + ".file"))) << flag;
    EXPECT_THAT(piped.err, HasSubstr("1 run, all as expected\n"));
    EXPECT_FALSE(fs::exists(folder / "-")) << flag;
  }
  const auto junit = in_folder(folder, MISPROXY_BINARY " run acl-deny-403 --junit -");
  EXPECT_EQ(junit.out.rfind("<?xml", 0), 0U);
  EXPECT_THAT(junit.err, HasSubstr("1 run, all as expected\n"));
}

TEST(Stdout, ItHoldsOneThing) {
  const std::string wants = " both want stdout, which holds one thing: give one of them a PATH\n";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"run", "allow", "--trace", "-", "--log", "-"}, "--trace - and --log -" + wants},
      {{"run", "allow", "--har", "-", "--format", "json"}, "--har - and --format json" + wants},
      {{"serve", "--trace", "-", "--ready-file", "-"}, "--ready-file - and --trace -" + wants},
      {{"serve", "--trace", "-", "--format", "json"}, "--trace - and --format json" + wants},
      {{"serve", "--capture", "-", "--ca-out", "-"}, "--capture - and --ca-out -" + wants},
      {{"probe", "--proxy", "http://127.0.0.1:1", "--url", "https://a.test", "--log", "-",
        "--format", "json"},
       "--log - and --format json" + wants},
      {{"run", "allow", "--out", "-"},
       "--out - would be stdout, and it makes a folder: ./- is one of that name\n"},
  };
  for (const auto& [arguments, says] : cases) {
    const auto finished = misproxy(arguments);
    EXPECT_EQ(finished.code, 2) << says;
    EXPECT_EQ(finished.err, "misproxy: " + says);
    EXPECT_EQ(finished.out, "");
  }
}

TEST(Stdout, ATerminalGetsNoCapture) {
  const auto on_terminal = [](const std::string& command) {
    return run({"script", "-qec", MISPROXY_BINARY + (" " + command), "/dev/null"},
               {state_environment().front()});
  };
  for (const auto* command : {"run allow --capture -", "serve --capture -"}) {
    const auto refused = on_terminal(command);
    EXPECT_EQ(refused.code, 2) << command;
    EXPECT_THAT(refused.out, HasSubstr("--capture - is binary, and stdout is a terminal"));
  }
  const auto told = on_terminal("run acl-deny-403 --log -");
  EXPECT_EQ(told.code, 0);
  EXPECT_THAT(told.out, HasSubstr("> CONNECT tools.cisco.com:443"));
}

TEST(Stdout, TheCaOnStdout) {
  const auto path = misproxy({"ca"}).out;
  const auto finished = misproxy({"ca", "--ca-out", "-"});
  EXPECT_EQ(finished.out, contents(path.substr(0, path.size() - 1)));
  EXPECT_THAT(finished.err, testing::StartsWith(path + "misproxy: the CA holds until "));
}

/// Serves until one connection has come and gone.
Finished serve_one(const std::vector<std::string>& flags) {
  std::vector<std::string> argv{MISPROXY_BINARY, "serve", "acl-deny-403", "--exit-after", "1"};
  Folder folder;
  const bool ready_here = std::find(flags.begin(), flags.end(), "--ready-file") == flags.end();
  const auto ready_file = folder / "ready";
  if (ready_here) argv.insert(argv.end(), {"--ready-file", ready_file.string()});
  argv.insert(argv.end(), flags.begin(), flags.end());
  Process process(argv, state_environment());
  std::string out;
  std::string ready;
  if (ready_here) {
    Process tail({"tail", "-s", "0.02", "-n", "+1", "-F", ready_file.string()});
    ready = tail.read_line().value();
  } else {
    ready = process.read_line().value();
    out = ready + "\n";
  }
  const auto client = bundled_scenario("acl-deny-403").client;
  EXPECT_EQ(curl(curl_arguments(parse_ready(ready), client), client).http_connect, 403);
  auto finished = process.wait();
  finished.out = out + finished.out;
  return finished;
}

TEST(Stdout, ServeWritesThereWhatADashNames) {
  EXPECT_EQ(serve_one({}).out, "");
  const auto traced = serve_one({"--trace", "-"});
  EXPECT_EQ(traced.code, 0);
  std::istringstream lines(traced.out);
  std::string last;
  for (std::string line; std::getline(lines, line); last = line)
    EXPECT_TRUE(json::parse(line).as_object().contains("event")) << line;
  EXPECT_EQ(json::parse(last).at("event").as_string(), "stopped");
  EXPECT_EQ(serve_one({"--capture", "-"}).out.substr(0, 4), "\x0A\x0D\x0D\x0A");
  const auto ready = serve_one({"--ready-file", "-"}).out;
  EXPECT_EQ(parse_ready(ready.substr(0, ready.find('\n'))).scenario, "acl-deny-403");
  EXPECT_EQ(std::count(ready.begin(), ready.end(), '\n'), 1);
}

TEST(Stdout, ServeInJsonPrintsAReadyLineAndThenTheEvents) {
  Folder folder;
  const auto trace = folder / "trace.jsonl";
  const auto finished = serve_one({"--format", "json", "--trace", trace.string()});
  const auto end = finished.out.find('\n') + 1;
  EXPECT_EQ(parse_ready(finished.out.substr(0, end)).scenario, "acl-deny-403");
  EXPECT_EQ(finished.out.substr(end), contents(trace));
  EXPECT_THAT(contents(trace), HasSubstr("\"event\":\"respond\""));
}

}  // namespace
}  // namespace misproxy::test
