// misproxy diagnose, verdicts and explain, as they are called.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "support/process.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

std::string real(const std::string& path) {
  return std::string(MISPROXY_SOURCE_DIR) + "/tests/captures/" + path;
}

json::object incident_of(const Finished& finished) {
  return json::parse(finished.out).as_object().at("incident").as_object();
}

TEST(DiagnoseCommand, EndsWith0WhereAllIsWell) {
  const auto finished = misproxy({"diagnose", real("ok-squid-head-tls12/case.curl")});
  EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
  EXPECT_EQ(finished.err, "");
}

TEST(DiagnoseCommand, EndsWith1WhereAFailureIsNamedAndSaysWhere) {
  const auto finished =
      misproxy({"diagnose", "--format", "json", real("deny-tinyproxy-filter/case.pcap")});
  EXPECT_EQ(finished.code, 1);
  const auto incident = incident_of(finished);
  EXPECT_EQ(incident.at("id").as_string(), "proxy-denied");
  EXPECT_EQ(incident.at("layer").as_string(), "proxy");
  EXPECT_EQ(incident.at("confidence").as_string(), "certain");
  const auto& evidence = incident.at("evidence").as_array();
  ASSERT_FALSE(evidence.empty());
  EXPECT_GT(evidence[0].as_object().at("packet").as_int64(), 0);
  for (const auto* key : {"blame", "connection", "headline", "alternatives", "next", "remedy"})
    EXPECT_TRUE(incident.contains(key)) << key;
}

TEST(DiagnoseCommand, ALineIsCitedOfAText) {
  const auto finished = misproxy({"diagnose", "--format", "json", real("connect-lost/case.txt")});
  const auto incident = incident_of(finished);
  const auto& first = incident.at("evidence").as_array()[0].as_object();
  EXPECT_GT(first.at("line").as_int64(), 0);
  EXPECT_NE(first.at("quote").as_string().find("CONNECT tools.cisco.com:443"), std::string::npos);
}

TEST(DiagnoseCommand, SaysWhyAFileCannotBeUsed) {
  Folder folder;
  const std::pair<std::string, std::string> cases[] = {
      {folder.write("empty", ""), "is empty"},
      {folder.write("noise", std::string("\x00\xff\x13\x37noise\x00\x01", 11)),
       "neither a capture"},
      {folder.write("cut.pcap", std::string("\xd4\xc3\xb2\xa1\x02\x00", 6)), "cut.pcap"},
      {folder.write("packed.gz", std::string("\x1f\x8b\x08\x00\x00", 5)),
       "its gzip data break off"},
      {"/no/such/file", "cannot read /no/such/file: No such file or directory"},
      {"/", "cannot read /"}};
  for (const auto& [path, words] : cases) {
    const auto finished = misproxy({"diagnose", path});
    EXPECT_EQ(finished.code, 2) << path;
    EXPECT_EQ(finished.out, "") << path;
    EXPECT_NE(finished.err.find(words), std::string::npos) << finished.err;
  }
}

TEST(DiagnoseCommand, UsesACaptureUpToWhereItBreaks) {
  std::ifstream file(real("deny-tinyproxy-filter/case.pcap"), std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  Folder folder;
  const auto path = folder.write("broken.pcap", bytes.substr(0, bytes.size() - 20));
  const auto finished = misproxy({"diagnose", "--format", "json", path});
  EXPECT_EQ(incident_of(finished).at("id").as_string(), "proxy-denied");
  EXPECT_NE(finished.out.find("used up to there"), std::string::npos) << finished.out;
}

TEST(DiagnoseCommand, APipeIsReadAsTheFileIs) {
  for (const auto* name : {"deny-tinyproxy-filter/case.pcap", "deny-tinyproxy-filter/case.curl",
                           "connect-lost/case.txt", "cert-expired-tls13/case.pcap"}) {
    const auto path = real(name);
    const auto whole = misproxy({"diagnose", path, "--format", "json"});
    const auto quoted = "\"$0\" diagnose --format json ";
    for (const auto& command :
         {quoted + std::string("<(cat \"$1\")"), "cat \"$1\" | " + (quoted + std::string("-"))}) {
      const auto piped = run({"bash", "-c", command, MISPROXY_BINARY, path}, state_environment());
      EXPECT_EQ(piped.code, whole.code) << command << piped.err;
      EXPECT_EQ(incident_of(piped).at("id"), incident_of(whole).at("id")) << name;
      EXPECT_EQ(incident_of(piped).at("headline"), incident_of(whole).at("headline")) << name;
    }
  }
}

TEST(DiagnoseCommand, AnEmptyPipeIsSaid) {
  const auto finished = run({"bash", "-c", "\"$0\" diagnose - </dev/null", MISPROXY_BINARY});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.err, "misproxy: - is empty\n");
}

TEST(DiagnoseCommand, HasNoColourInAPipe) {
  const auto finished = misproxy({"diagnose", real("connect-lost/case.txt")});
  EXPECT_EQ(finished.out.find('\x1b'), std::string::npos);
}

TEST(VerdictsCommand, ListsWhatExplainTeaches) {
  const auto finished = misproxy({"verdicts", "--format", "json"});
  EXPECT_EQ(finished.code, 0);
  std::istringstream lines(finished.out);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto id = std::string(json::parse(line).as_object().at("id").as_string());
    const auto taught = misproxy({"explain", id});
    EXPECT_EQ(taught.code, 0) << id;
    EXPECT_NE(taught.out.find("How to fix it"), std::string::npos) << id;
  }
  EXPECT_GT(count, 40);
}

TEST(ExplainCommand, OffersTheNearestId) {
  const auto finished = misproxy({"explain", "mtu-blackhole"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.err,
            "misproxy: there is no verdict mtu-blackhole; did you mean mtu-black-hole? `misproxy "
            "verdicts` lists them\n");
}

TEST(RunCommand, NamesWhatWasInjectedFromEachKindOfEvidence) {
  for (const auto* evidence : {"capture", "log", "both"}) {
    const auto finished = misproxy({"run", "--matrix", "--evidence", evidence});
    EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
    EXPECT_NE(finished.out.find(", 0 wrong"), std::string::npos) << finished.out;
  }
}

TEST(RunCommand, NamesWhatRealCurlMeets) {
  const auto finished = misproxy({"run", "--world", "live", "--client", "curl", "--matrix"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_NE(finished.out.find(", 0 wrong"), std::string::npos) << finished.out << finished.err;
}

TEST(RunCommand, AVerdictThatIsNotNamedIsAMismatch) {
  Folder folder;
  const auto path = folder.write("wrong.toml", R"(schema = 1
[about]
id = "wrong"
title = "A healthy run that expects a failure"
teaches = "Nothing."
[[origin]]
host = "tools.cisco.com"
[client]
url = "https://tools.cisco.com/healthcheck"
method = "GET"
[expect]
verdict = "mtu-black-hole"
)");
  const auto finished = misproxy({"run", path});
  EXPECT_EQ(finished.code, 1);
  EXPECT_NE(finished.out.find("verdict: expected mtu-black-hole, named healthy"), std::string::npos)
      << finished.out;
}

TEST(RunCommand, AVerdictThatDoesNotExistIsRefused) {
  Folder folder;
  const auto path = folder.write("unknown.toml", R"(schema = 1
[about]
id = "unknown"
title = "A verdict that nobody knows"
teaches = "Nothing."
[[origin]]
host = "tools.cisco.com"
[expect]
verdict = "gremlins"
)");
  const auto finished = misproxy({"run", path});
  EXPECT_EQ(finished.code, 2);
  EXPECT_NE(finished.err.find("gremlins"), std::string::npos) << finished.err;
}

}  // namespace
}  // namespace misproxy::test
