#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <map>
#include <sstream>

#include "support/captures.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"
#include "tls/authority.hpp"

namespace misproxy::test {
namespace {

struct Wrong {
  std::vector<std::string> arguments;
  int code;
  std::string says;
};

TEST(CommandLine, SaysInOneLineWhatIsWrong) {
  const std::vector<Wrong> cases{
      {{"sreve"}, 2, "misproxy: there is no command sreve; did you mean serve?\n"},
      {{"serve", "--tracee", "x"},
       2,
       "misproxy serve: there is no flag --tracee; did you mean --trace?\n"},
      {{"serve", "--theads=2"},
       2,
       "misproxy serve: there is no flag --theads; did you mean --threads?\n"},
      {{"check", "--formt", "json", "x"},
       2,
       "misproxy check: there is no flag --formt; did you mean --format?\n"},
      {{"check"}, 2, "misproxy check: PATH is required; see misproxy check --help\n"},
      {{"trace", "digst", "x"},
       2,
       "misproxy trace: there is no command digst; did you mean digest?\n"},
      {{"serve", "--seed", "-1"},
       2,
       "misproxy serve: --seed: -1 is no whole number from 0 to 9223372036854775807\n"},
      {{"serve", "--threads", "0"},
       2,
       "misproxy serve: --threads: 0 is no whole number from 1 to 64\n"},
      {{"serve", "--exit-after", "1x"},
       2,
       "misproxy serve: --exit-after: 1x is no whole number from 1 to 9223372036854775807\n"},
      {{"serve", "--listen", "0.0.0.0:0"},
       2,
       "misproxy serve: --listen: 0.0.0.0:0 is not loopback: say who may connect with "
       "--allow-client CIDR, such as --allow-client 10.40.0.0/16\n"},
      {{"serve", "--listen", "a.test:0"},
       2,
       "misproxy serve: --listen: a.test is no address; misproxy listens on an address of "
       "127.0.0.0/8, on [::1] or localhost, or with --allow-client on another of this machine's "
       "addresses\n"},
      {{"show", "acl-deny-430"},
       2,
       "misproxy: no scenario acl-deny-430 comes with misproxy; did you mean acl-deny-403? "
       "`misproxy list` lists them\n"},
      {{"show", "quite-something-else"},
       2,
       "misproxy: no scenario quite-something-else comes with misproxy; `misproxy list` lists "
       "them\n"},
      {{"show", "allow", "acl-deny-403"},
       2,
       "misproxy: show prints one scenario, for two in one file are none: allow or "
       "acl-deny-403?\n"},
      {{"show"}, 2, "misproxy show: ID is required; see misproxy show --help\n"},
      {{"run", "--max-time", "2m"},
       2,
       "misproxy run: --max-time: 2m is no whole number from 1 to 3153600000; write 120 "
       "(seconds)\n"},
      {{"probe", "--proxy", "p:1", "--url", "https://a.test", "--timeout", "2s"},
       2,
       "misproxy probe: --timeout: 2s is no whole number from 1 to 86400000; write 2000 "
       "(milliseconds)\n"},
      {{"serve", "--format", "xml"}, 2, "misproxy serve: --format: xml is neither text nor json\n"},
      {{"serve", "nowhere.toml"},
       3,
       "misproxy: cannot read nowhere.toml: No such file or directory\n"},
      {{"serve", "alow"},
       3,
       "misproxy: cannot read alow: No such file or directory; the scenario `allow` comes with "
       "misproxy\n"},
      {{"serve", "--trace", "/nowhere/t"},
       3,
       "misproxy: cannot write /nowhere/t: No such file or directory\n"},
      {{"serve", "--ready-file", "/nowhere/r"},
       3,
       "misproxy: cannot write /nowhere/r: No such file or directory\n"},
      {{"serve", "--ca-out", "/nowhere/c"},
       3,
       "misproxy: cannot write /nowhere/c: No such file or directory\n"},
      {{"trace", "digest", "/nowhere"},
       3,
       "misproxy: cannot read /nowhere: No such file or directory\n"},
      {{"trace", "digest", "/dev/null"},
       2,
       "misproxy: /dev/null: an empty file; a trace has a line an event\n"},
      {{"capture", "text", "/nowhere"},
       3,
       "misproxy: cannot read /nowhere: No such file or directory\n"},
      {{"capture", "text", "/"}, 3, "misproxy: cannot read /: Is a directory\n"},
      {{"capture", "text", "/dev/null"},
       2,
       "misproxy: /dev/null: not a pcap or pcapng capture: truncated dump file; tried to read 4 "
       "file header bytes, only got 0\n"},
      {{"capture", "text"},
       2,
       "misproxy capture text: FILE is required; see misproxy capture text --help\n"},
  };
  for (const auto& wrong : cases) {
    const auto finished = misproxy(wrong.arguments);
    EXPECT_EQ(finished.code, wrong.code) << wrong.says;
    EXPECT_EQ(finished.err, wrong.says);
    EXPECT_EQ(finished.out, "");
  }
}

TEST(CommandLine, OutputThatCannotBeWrittenIsSaidAndTalkIsNot) {
  const std::string invalid = MISPROXY_SOURCE_DIR "/tests/scenario/invalid/five-mistakes.toml";
  const auto shell = [](const std::string& command) { return run({"bash", "-c", command}); };
  const auto full = shell(MISPROXY_BINARY " list >/dev/full");
  EXPECT_EQ(full.code, 3);
  EXPECT_EQ(full.err, "misproxy: cannot write stdout: No space left on device\n");
  EXPECT_EQ(shell(MISPROXY_BINARY " list >&-").code, 3);
  EXPECT_EQ(shell(MISPROXY_BINARY " check " + invalid + " 2>&-").code, 2);
  EXPECT_EQ(shell(MISPROXY_BINARY " check " + invalid + " 2>/dev/full").code, 2);
}

TEST(CommandLine, AScenarioIsNotOverwrittenByItsTrace) {
  Folder folder;
  const auto file = folder.write(
      "x.toml", "schema = 1\n[about]\nid='x'\ntitle='t'\nteaches='u'\n[[origin]]\nhost='a.test'\n");
  EXPECT_EQ(misproxy({"serve", file, "--trace", file}).code, 2);
  EXPECT_EQ(misproxy({"check", file}).code, 0);
  EXPECT_EQ(misproxy({"serve", "--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"}).code, 2);
}

TEST(CommandLine, HelpTeachesAndGoesToStdout) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--help"}, {"serve", "--help"}, {"trace", "-h"}}) {
    const auto finished = misproxy(arguments);
    EXPECT_EQ(finished.code, 0);
    EXPECT_NE(finished.out.find("Usage"), std::string::npos);
    EXPECT_EQ(finished.err, "");
  }
  EXPECT_EQ(misproxy({}).code, 2);
  EXPECT_EQ(misproxy({"--version"}).out.rfind("misproxy ", 0), 0U);
}

TEST(CommandLine, CheckReportsEveryMistakeOfAFile) {
  const std::string invalid = MISPROXY_SOURCE_DIR "/tests/scenario/invalid/five-mistakes.toml";
  const auto finished = misproxy({"check", invalid});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.out, "");
  std::size_t carets = 0;
  for (std::size_t at = finished.err.find("      | "); at != std::string::npos;
       at = finished.err.find("      | ", at + 1))
    ++carets;
  EXPECT_EQ(carets, 5U) << finished.err;
  EXPECT_EQ(misproxy({"serve", invalid}).code, 2);

  const auto json = misproxy({"check", "--format", "json", invalid});
  const auto object = boost::json::parse(json.out).as_object();
  EXPECT_EQ(object.at("diagnostics").as_array().size(), 5U);
  EXPECT_FALSE(object.at("ok").as_bool());
}

TEST(CommandLine, ACaptureIsPrintedUpToWhereItBreaks) {
  const ScratchFile whole("story.pcapng", pcapng_file(whole_story()));
  const auto printed = misproxy({"capture", "text", whole.path()});
  EXPECT_EQ(printed.code, 0) << printed.err;
  EXPECT_EQ(printed.out, real_tcpdump(whole.path()));
  const auto article = misproxy({"capture", "text", "--article", whole.path()});
  EXPECT_EQ(article.code, 0);
  EXPECT_NE(article.out.find("proxy.80: Flags [P.], length 517 (Client Hello)\n"),
            std::string::npos);

  const auto frame = pcap_file(1, {{std::string(60, 'x')}});
  const ScratchFile broken("broken.pcap", frame + frame.substr(24, 40));
  const auto cut = misproxy({"capture", "text", broken.path()});
  EXPECT_EQ(cut.code, 2);
  EXPECT_EQ(cut.out, "");
  EXPECT_EQ(cut.err, broken.path() +
                         ": 1 frame left out: no TCP, and no ICMP unreachable, over IPv4\n"
                         "misproxy: " +
                         broken.path() +
                         ": frame 2: truncated dump file; tried to read 60 captured bytes, only "
                         "got 24\n");
}

TEST(CommandLine, CheckAndListTakeFolders) {
  const std::string scenarios = MISPROXY_SOURCE_DIR "/scenarios";
  const auto checked = misproxy({"check", scenarios});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_GE(std::count(checked.out.begin(), checked.out.end(), '\n'), 5);
  EXPECT_NE(misproxy({"list"}).out.find("acl-deny-403"), std::string::npos);
  const auto listed = misproxy({"list", "--format", "json", scenarios});
  EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'),
            std::count(checked.out.begin(), checked.out.end(), '\n'));
  Folder folder;
  EXPECT_EQ(misproxy({"check", (folder / "").string()}).code, 2);
}

constexpr auto kGood =
    "schema = 1\n[about]\nid='x'\ntitle='t'\nteaches='u'\n[[origin]]\nhost='a.test'\n";

TEST(CommandLine, CheckGoesOnPastWhatCannotBeRead) {
  Folder folder;
  std::filesystem::create_directories(folder / "a");
  std::filesystem::create_symlink("nowhere", folder / "a/gone.toml");
  std::filesystem::create_symlink("turn.toml", folder / "turn.toml");
  std::filesystem::create_directories(folder / "b.toml/c");
  folder.write("b.toml/c/good.toml", kGood);
  const auto checked = misproxy({"check", (folder / "").string(), (folder / "absent").string()});
  EXPECT_EQ(checked.code, 3);
  EXPECT_EQ(checked.out, (folder / "b.toml/c/good.toml").string() + ": ok\n");
  const auto line = [&](const char* name, const char* why) {
    return "misproxy: cannot read " + (folder / name).string() + ": " + why + "\n";
  };
  EXPECT_EQ(checked.err, line("a/gone.toml", "No such file or directory") +
                             line("turn.toml", "Too many levels of symbolic links") +
                             line("absent", "No such file or directory"));
  folder.write("bad.toml", "");
  EXPECT_EQ(misproxy({"check", (folder / "").string()}).code, 2);
}

TEST(CommandLine, CheckNamesTheFolderThatCannotBeRead) {
  Folder folder;
  const auto inside = folder / "inside";
  const auto closed = inside / "closed";
  std::filesystem::create_directories(closed);
  folder.write("inside/good.toml", kGood);
  std::filesystem::permissions(folder / "", std::filesystem::perms{0755});
  std::filesystem::permissions(closed, std::filesystem::perms::none);
  std::vector<std::string> words{MISPROXY_BINARY, "check", inside.string()};
  if (::geteuid() == 0) {  // whom no mode keeps out
    const std::vector<std::string> nobody{"setpriv", "--reuid=65534", "--regid=65534",
                                          "--clear-groups"};
    words.insert(words.begin(), nobody.begin(), nobody.end());
  }
  const auto checked = run(words);
  EXPECT_EQ(checked.code, 3);
  EXPECT_EQ(checked.out, (inside / "good.toml").string() + ": ok\n");
  EXPECT_EQ(checked.err, "misproxy: cannot read " + closed.string() + ": Permission denied\n");
}

TEST(CommandLine, AWarningIsSaidAndIsNoMistake) {
  Folder folder;
  const auto file = folder.write(
      "x.toml", std::string(kGood) +
                    "[network]\nclient_link.rate_bytes_per_s = 1000\n"
                    "[[fault]]\nid = 'f'\nwhen.point = 'reply'\ndo.respond.status = 407\n");
  const auto checked = misproxy({"check", file});
  EXPECT_EQ(checked.code, 0);
  EXPECT_EQ(checked.out, file + ": ok\n");
  EXPECT_EQ(checked.err.rfind(file + ":13:12: warning: `status`: a 407 without Proxy-Auth", 0), 0U)
      << checked.err;
  const auto object = boost::json::parse(misproxy({"check", "--format", "json", file}).out);
  EXPECT_TRUE(object.at("ok").as_bool());
  EXPECT_EQ(object.at("diagnostics").at(0).at("severity").as_string(), "warning");

  Served served({file, file});
  const auto said = served.stop().err;
  EXPECT_EQ(said.rfind("curl -x ", 0), 0U) << said;
  const auto unheeded = said.find("warning: x: [network] `client_link.rate_bytes_per_s` has no");
  ASSERT_NE(unheeded, std::string::npos) << said;
  EXPECT_EQ(said.find("warning: x: [network]", unheeded + 1), std::string::npos) << said;
  EXPECT_NE(said.find("warning: `status`"), std::string::npos) << said;
}

TEST(CommandLine, ABuiltInScenarioIsShownByteForByte) {
  const auto listed = misproxy({"list", "--format", "json"}).out;
  std::istringstream lines(listed);
  std::size_t shown = 0;
  for (std::string line; std::getline(lines, line); ++shown) {
    const auto object = boost::json::parse(line).as_object();
    EXPECT_TRUE(object.at("built_in").as_bool());
    EXPECT_TRUE(object.at("file").is_null());
    const std::string id(object.at("id").as_string());
    const auto text = misproxy({"show", id});
    EXPECT_EQ(text.code, 0);
    EXPECT_EQ(text.err, "");
    const auto found = run({"find", MISPROXY_SOURCE_DIR "/scenarios", "-name", id + ".toml"}).out;
    std::ifstream file(found.substr(0, found.size() - 1), std::ios::binary);
    EXPECT_TRUE(text.out == std::string(std::istreambuf_iterator<char>(file), {})) << id;
  }
  EXPECT_GE(shown, 20U);
  EXPECT_EQ(misproxy({"list"}).out.find(".toml"), std::string::npos);
  EXPECT_EQ(misproxy({"check", "allow"}).out, "allow: ok\n");
}

TEST(CommandLine, TheSchemaIsOneJsonText) {
  const auto done = misproxy({"schema"});
  EXPECT_EQ(done.code, 0) << done.err;
  const auto schema = boost::json::parse(done.out).as_object();
  EXPECT_EQ(schema.at("$schema"), "http://json-schema.org/draft-07/schema#");
  EXPECT_TRUE(schema.at("properties").as_object().contains("fault"));
}

TEST(CommandLine, FaultsAreListedForPeopleAndPrograms) {
  const auto text = misproxy({"list", "--faults"});
  EXPECT_EQ(text.code, 0) << text.err;
  const auto lines = misproxy({"list", "--faults", "--format", "json"}).out;
  std::istringstream objects(lines);
  std::map<std::string, int> kinds;
  for (std::string line; std::getline(objects, line);) {
    const auto object = boost::json::parse(line).as_object();
    const std::string kind(object.at("kind").as_string());
    ++kinds[kind];
    const std::string name(object.at(kind == "trigger" ? "key" : kind).as_string());
    EXPECT_NE(text.out.find("\n  " + name), std::string::npos) << name;
  }
  EXPECT_GE(kinds["trigger"], 19);
  EXPECT_EQ(kinds["point"], 13);
  EXPECT_GE(kinds["deed"], 17);
  EXPECT_EQ(misproxy({"list", "--faults", "scenarios"}).code, 2);
}

TEST(CommandLine, ExplainSaysWhichScenariosShowIt) {
  const auto with = misproxy({"explain", "proxy-denied"}).out;
  EXPECT_NE(with.find("misproxy run acl-deny-403"), std::string::npos) << with;
  EXPECT_NE(with.find("  one-of-three-denied "), std::string::npos) << with;
  const std::string none = "no scenario that comes with misproxy shows it";
  EXPECT_EQ(with.find(none), std::string::npos);
  std::istringstream lines(misproxy({"verdicts", "--format", "json"}).out);
  for (std::string line; std::getline(lines, line);) {
    const auto object = boost::json::parse(line).as_object();
    const auto text = misproxy({"explain", std::string(object.at("id").as_string())}).out;
    EXPECT_EQ(object.at("scenarios").as_array().empty(), text.find(none) != std::string::npos)
        << text;
  }
}

TEST(CommandLine, TraceShowsAndNormalizes) {
  Folder folder;
  const auto path = folder.write(
      "t.jsonl",
      R"({"scenario":"s","connection":1,"seq":0,"seen_by":"proxy","point":"request-head","party":"proxy","origin":"injected","event":"respond","fault":"deny","status":403,"measured":{"t_us":1500}})"
      "\n");
  EXPECT_EQ(misproxy({"trace", "normal", path}).out,
            "s -#0 proxy request-head proxy injected respond fault=deny status=403\n");
  EXPECT_EQ(misproxy({"trace", "show", path, "--injected"}).out,
            "    0.002s s #1    proxy  request-head     respond status=403  [injected by deny]\n");
  EXPECT_EQ(misproxy({"trace", "digest", path}).out.size(), 65U);
}

TEST(CommandLine, TwoAtOnceMakeOneCa) {
  Folder folder;
  const std::vector<std::string> environment{"XDG_STATE_HOME=" + (folder / "fresh").string()};
  std::vector<Process> both;
  for (int i = 0; i < 4; ++i)
    both.emplace_back(std::vector<std::string>{MISPROXY_BINARY, "ca"}, environment);
  for (auto& process : both)
    EXPECT_EQ(process.wait().code, 0);
  // A key of another certificate would be refused here.
  EXPECT_EQ(run({MISPROXY_BINARY, "ca"}, environment).code, 0);
}

TEST(CommandLine, ABrokenCaIsSaidNotReplaced) {
  Folder folder;
  const std::vector<std::string> environment{"XDG_STATE_HOME=" + (folder / "state").string()};
  run({MISPROXY_BINARY, "ca"}, environment);
  folder.write("state/misproxy/ca.key", "nonsense");
  const auto finished = run({MISPROXY_BINARY, "serve"}, environment);
  EXPECT_EQ(finished.code, 3);
  EXPECT_NE(finished.err.find("ca.pem"), std::string::npos) << finished.err;
}

TEST(CommandLine, TheVirtualWorldsCaIsRefused) {
  Folder folder;
  const std::vector<std::string> environment{"XDG_STATE_HOME=" + (folder / "state").string()};
  run({MISPROXY_BINARY, "ca"}, environment);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto pem = Authority::from_seed(1, now).pem();
  folder.write("state/misproxy/ca.pem", pem.certificate);
  folder.write("state/misproxy/ca.key", pem.key);
  for (const auto* verb : {"serve", "ca"}) {
    const auto finished = run({MISPROXY_BINARY, verb}, environment);
    EXPECT_EQ(finished.code, 3) << verb;
    EXPECT_NE(finished.err.find("is the virtual world's CA"), std::string::npos) << finished.err;
  }
}

TEST(CommandLine, FirstStepsStandInTheFirstHelpAlone) {
  EXPECT_NE(misproxy({"--help"}).out.find("First steps:"), std::string::npos);
  for (const auto* verb : {"list", "check", "ca", "verdicts", "explain", "capture", "trace"})
    EXPECT_EQ(misproxy({verb, "--help"}).out.find("First steps:"), std::string::npos) << verb;
}

}  // namespace
}  // namespace misproxy::test
