// What `misproxy run` calls a success: with expectations, without, and of every kind of client.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include <boost/json.hpp>
#include <boost/property_tree/xml_parser.hpp>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kQuietCurl = "curl -sS -o /dev/null -x $MISPROXY_PROXY_URL --cacert $MISPROXY_CA ";

/// The proxy denies; what is expected of that is `expectation`.
std::string denying(const std::string& expectation) {
  return "schema = 1\n[about]\nid = \"denying\"\ntitle = \"t\"\nteaches = \"u\"\n"
         "[[origin]]\nhost = \"a.test\"\n"
         "[[fault]]\nid = \"acl\"\nwhen = { point = \"request-head\" }\n"
         "do = { respond = { status = 403, headers = [\"Content-Length: 0\"] } }\n"
         "[client]\nurl = \"https://a.test/\"\nattempts = 1\n" +
         expectation;
}

Finished run_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"run", "--progress", "0"});
  return misproxy(arguments);
}

std::vector<std::string> live(const std::string& client) {
  return {"--world", "live", "--client", client};
}

Finished run_live(const std::string& scenario, const std::string& client,
                  const std::vector<std::string>& more = {}) {
  auto arguments = live(client);
  arguments.push_back(scenario);
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_with(arguments);
}

json::object json_of(const Finished& finished) { return json::parse(finished.out).as_object(); }

TEST(RunExpect, WithoutExpectationsARunIsNoSuccess) {
  Folder folder;
  const auto scenario = folder.write("denying.toml", denying(""));
  const auto junit = (folder / "junit.xml").string();
  const auto text = run_with({scenario, "--junit", junit});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("1 run, nothing expected (the client failed in 1)\n"));
  EXPECT_THAT(text.out, Not(HasSubstr("\nok ")));
  const auto object = json_of(run_with({scenario, "--format", "json"}));
  EXPECT_TRUE(object.at("ok").is_null());
  EXPECT_EQ(object.at("result").as_string(), "nothing expected");
  boost::property_tree::ptree document;
  boost::property_tree::read_xml(junit, document);
  EXPECT_EQ(document.get<int>("testsuites.testsuite.<xmlattr>.skipped"), 1);
}

TEST(RunExpect, RequireExpectMakesAnErrorOfIt) {
  Folder folder;
  const auto bare = folder.write("bare.toml", denying(""));
  const auto missing = run_with({bare, "--require-expect"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.out, HasSubstr("nothing expected: the scenario has no [expect] for a run"));
  EXPECT_THAT(missing.out, HasSubstr("1 run, 1 not as expected\n"));
  // An empty table says nothing either.
  const auto empty = folder.write("empty.toml", denying("[expect.client]\n"));
  EXPECT_EQ(run_with({empty, "--require-expect"}).code, 1);
  const auto told = folder.write("told.toml", denying("[expect]\nverdict = \"proxy-denied\"\n"));
  EXPECT_EQ(run_with({told, "--require-expect"}).code, 0);
  const auto event = folder.write("event.toml", denying("[[expect.event]]\nevent = \"respond\"\n"));
  EXPECT_EQ(run_with({event, "--require-expect"}).code, 0);
  EXPECT_EQ(run_with({"truncated-download", "--sweep", "offset=1..2", "--require-expect"}).code, 2);
}

TEST(RunExpect, WhatIsExpectedOfOneClientIsNothingOfAnother) {
  Folder folder;
  const auto scenario = folder.write("fmc.toml", denying("[expect.client]\nhttp_connect = 403\n"));
  EXPECT_EQ(run_with({scenario, "--require-expect"}).code, 0);
  EXPECT_THAT(run_live(scenario, "curl").out, HasSubstr("1 run, nothing expected"));
  EXPECT_EQ(
      run_live(scenario, std::string("exec:") + kQuietCurl + "$MISPROXY_URL", {"--require-expect"})
          .code,
      1);
}

TEST(RunExpect, ARowWithoutMessageDemandsNone) {
  Folder folder;
  const std::string row =
      "[[expect.curl]]\nexit = 56\nhttp_connect = 403\nhttp_code = 0\nbelow = \"8.20\"\n"
      "[[expect.curl]]\nexit = 7\nhttp_connect = 403\nhttp_code = 0\n";
  const auto silent = run_live(folder.write("s.toml", denying(row)), "curl");
  EXPECT_EQ(silent.code, 0) << silent.out;
  EXPECT_THAT(silent.out, HasSubstr("1 run, all as expected\n"));
  const auto empty = run_live(folder.write("e.toml", denying(row + "message = \"\"\n")), "curl");
  EXPECT_EQ(empty.code, curl_version() < "8.20" && curl_version()[0] <= '8' ? 0 : 1);
  const auto one = folder.write(
      "o.toml", denying("[[expect.curl]]\nexit = 56\nhttp_connect = 403\nhttp_code = 0\n"
                        "message = \"\"\n"));
  EXPECT_THAT(run_live(one, "curl").out, HasSubstr("curl message: expected ``, came `"));
}

// The scenario's fault is in a download; these clients never come to one.
TEST(RunExpect, AFaultThatNeverFiredIsAMismatchForEveryClient) {
  const std::string never = "the fault `size-limit` never fired";
  for (const auto& command :
       {std::string(kQuietCurl) + "https://support.sourcefire.com/healthcheck",
        std::string("curl -sS -o /dev/null -x $MISPROXY_PROXY_URL $MISPROXY_URL"),
        std::string(kQuietCurl) + "http://support.sourcefire.com/bytes/300000"}) {
    const auto finished = run_live("truncated-download", "exec:" + command);
    EXPECT_EQ(finished.code, 1) << command;
    EXPECT_THAT(finished.out, HasSubstr(never)) << command;
  }
  Folder folder;
  const auto text = misproxy({"show", "truncated-download"}).out;
  auto other = text;
  other.replace(other.find("/bytes/300000"), 13, "/healthcheck");
  other = other.substr(0, other.find("[expect]"));
  const auto scenario = folder.write("other.toml", other);
  for (const auto& finished :
       {run_with({scenario}), run_live(scenario, "fmc"), run_live(scenario, "curl")}) {
    EXPECT_EQ(finished.code, 1) << finished.out;
    EXPECT_THAT(finished.out, HasSubstr(never));
  }
}

TEST(RunExpect, OfOneFiresAtLeastOneHasToAct) {
  const auto post = [](int bytes) {
    return fmt::format(
        "exec:head -c {} /dev/zero | {} --data-binary @- "
        "https://tools.cisco.com/upload",
        bytes, kQuietCurl);
  };
  const std::string none = "none of the faults `large-record`, `large-flight` fired";
  const auto large = run_live("reset-on-large-segment", post(3000), {"--format", "json"});
  EXPECT_THAT(large.out, Not(HasSubstr("fired,")));
  EXPECT_GE(json_of(large).at("fired").as_array().size(), 1U);
  // A ClientHello of OpenSSL 3.5 is large already.
  const auto small = run_live("reset-on-large-segment", post(10));
  if (curl_version() >= "8") GTEST_SKIP() << "its ClientHello may be large";
  EXPECT_EQ(small.code, 1);
  EXPECT_THAT(small.out, HasSubstr(none));
}

TEST(RunExpect, TheTraceFillsInWhatAProgramDoesNotTell) {
  const auto finished = run_live(
      "acl-deny-403", std::string("exec:") + kQuietCurl + "$MISPROXY_URL", {"--format", "json"});
  const auto outcome = json_of(finished).at("outcome").as_object();
  EXPECT_EQ(outcome.at("http_connect").to_number<int>(), 403);
  EXPECT_EQ(outcome.at("http_code").to_number<int>(), 0);
  EXPECT_EQ(outcome.at("attempts").to_number<int>(), 1);
  EXPECT_TRUE(outcome.at("bytes").is_null());
  EXPECT_TRUE(outcome.at("phase").is_null());
  const auto fine = json_of(
      run_live("allow", std::string("exec:") + kQuietCurl + "$MISPROXY_URL", {"--format", "json"}));
  EXPECT_EQ(fine.at("outcome").at("http_connect").to_number<int>(), 200);
  EXPECT_EQ(fine.at("outcome").at("http_code").to_number<int>(), 302);
  const auto absent = json_of(run_live("allow", "exec:exit 3", {"--format", "json"}));
  for (const auto* key : {"http_connect", "http_code", "attempts"})
    EXPECT_TRUE(absent.at("outcome").at(key).is_null()) << key;
  EXPECT_THAT(run_live("allow", "exec:exit 3").out,
              testing::ContainsRegex("exit 3 +- +- +- +- +[0-9.]+ s "));
}

TEST(RunExpect, HealthyBesideAClientThatFailedIsShownAsWhatItIs) {
  const auto command = std::string("exec:") + kQuietCurl + "$MISPROXY_URL; exit 7";
  const auto finished = run_live("allow", command, {"--evidence", "capture"});
  EXPECT_THAT(finished.out, HasSubstr("exit 7"));
  EXPECT_THAT(finished.out, testing::ContainsRegex("healthy(, but the client failed|\\?)"));
  const auto object =
      json_of(run_live("allow", command, {"--evidence", "capture", "--format", "json"}));
  EXPECT_NE(object.at("verdict").at("shown").as_string(), "healthy");
}

TEST(RunExpect, ManyRunsHaveASummaryAndVerboseALineForEach) {
  const std::vector<std::string> many{"acl-deny-403", "syn-lost", "--seeds", "1..60"};
  const auto lines = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  const auto brief = run_with(many);
  EXPECT_EQ(brief.code, 0);
  EXPECT_EQ(lines(brief.out), 3) << brief.out;
  EXPECT_THAT(brief.out, AllOf(HasSubstr("acl-deny-403  60 runs, all as expected: 60 x denied in "
                                         "reply, proxy-denied\n"),
                               HasSubstr("120 runs, all as expected\n")));
  auto all = many;
  all.emplace_back("--verbose");
  EXPECT_EQ(lines(run_with(all).out), 122);
  auto objects = many;
  objects.insert(objects.end(), {"--format", "json"});
  EXPECT_EQ(lines(run_with(objects).out), 120);
}

TEST(RunExpect, APipeHearsNowAndThenHowFarItIs) {
  Process process(
      {"bash", "-c",
       "exec " MISPROXY_BINARY " run acl-deny-403 --seeds 1..1000000 --progress 1 2>&1 >/dev/null"},
      state_environment());
  const auto line = process.read_line();
  ASSERT_TRUE(line);
  EXPECT_THAT(*line,
              testing::ContainsRegex("^misproxy: [0-9]+ of 1000000 runs after [0-9]+ s, .*left$"));
  process.signal(SIGINT);
  EXPECT_EQ(process.wait().code, 1);
}

TEST(RunExpect, OnlyATerminalThatCanDrawGetsABar) {
  const auto drawn = [](const std::string& terminal) {
    const auto finished =
        run({"script", "-qec", MISPROXY_BINARY " run allow --seeds 1..600", "/dev/null"},
            {"TERM=" + terminal, state_environment().front()});
    EXPECT_EQ(finished.code, 0);
    EXPECT_THAT(finished.out, HasSubstr("600 runs, all as expected"));
    return finished.out.find("\x1b[K[") != std::string::npos;
  };
  EXPECT_TRUE(drawn("xterm"));
  EXPECT_FALSE(drawn("dumb"));
}

TEST(RunCurl, IsAskedForItsVersionOnce) {
  Folder folder;
  const auto asked = (folder / "asked").string();
  const auto path = std::string(std::getenv("PATH"));
  const auto curl =
      folder.write("curl", fmt::format("#!/bin/sh\n[ \"$1\" != --version ] || echo asked >> '{}'\n"
                                       "PATH='{}' exec curl \"$@\"\n",
                                       asked, path));
  std::filesystem::permissions(curl, std::filesystem::perms::owner_all);
  auto environment = state_environment();
  environment.push_back(
      fmt::format("PATH={}:{}", std::filesystem::path(curl).parent_path().string(), path));
  const auto made = run({MISPROXY_BINARY, "run", "acl-deny-403", "--world", "live", "--client",
                         "curl", "--repeat", "3"},
                        environment);
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(std::filesystem::file_size(asked), 6U);
}

}  // namespace
}  // namespace misproxy::test
