// What `run` names, `diagnose` names of the capture alone, or says that it cannot tell.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <sstream>

#include "support/served.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

std::vector<std::string> every_scenario() {
  std::vector<std::string> ids;
  std::istringstream lines(misproxy({"list", "--world", "virtual", "--format", "json"}).out);
  for (std::string line; std::getline(lines, line);)
    ids.emplace_back(json::parse(line).at("id").as_string());
  return ids;
}

json::object incident_of(const Finished& finished) {
  return json::parse(finished.out).as_object().at("incident").as_object();
}

TEST(RunThenDiagnose, AgreesOrSaysThatItCannotTell) {
  Folder folder;
  const auto path = (folder / "c.pcapng").string();
  const auto ids = every_scenario();
  ASSERT_GT(ids.size(), 20U);
  for (const auto& id : ids) {
    const auto ran = misproxy({"run", id, "--capture", path, "--format", "json"});
    ASSERT_EQ(ran.code, 0) << id << ran.out << ran.err;
    const auto named = json::parse(ran.out).at("verdict").at("id").as_string();
    const auto finished = misproxy({"diagnose", path, "--format", "json"});
    const auto incident = incident_of(finished);
    const bool same = incident.at("id").as_string() == named;
    const bool untold = incident.at("confidence").as_string() == "ambiguous";
    EXPECT_TRUE(same || untold) << id << ": " << named << ", but " << incident.at("headline");
    const bool works = incident.at("outcome").as_string() == "works";
    EXPECT_EQ(finished.code, works ? 0 : 1) << id << ": " << incident.at("headline");
    EXPECT_TRUE(!works || named == "healthy") << id;
  }
}

TEST(RunThenDiagnose, FindsATruncationByTheKeysInTheCapture) {
  Folder folder;
  const auto path = (folder / "c.pcapng").string();
  ASSERT_EQ(misproxy({"run", "truncated-download", "--capture", path}).code, 0);
  const auto finished = misproxy({"diagnose", path, "--format", "json"});
  EXPECT_EQ(finished.code, 1);
  const auto incident = incident_of(finished);
  EXPECT_EQ(incident.at("id").as_string(), "truncated");
  EXPECT_NE(incident.at("headline").as_string().find("100,000 bytes of 300,000 bytes"),
            std::string::npos)
      << incident.at("headline");
}

/// Neither a log nor a HAR that is handed on tells a password or what proves it, and what is left
/// says as much.
TEST(RunThenDiagnose, KeepsNoSecretAndNamesTheSame) {
  Folder folder;
  const auto log = (folder / "c.log").string();
  const auto har = (folder / "c.har").string();
  const auto text = [](const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  for (const auto* id : {"basic-auth", "digest-auth", "digest-required", "wrong-password",
                         "stale-nonce", "no-such-user", "auth-missing-407", "ntlm-only"}) {
    const auto ran = misproxy({"run", id, "--log", log, "--har", har, "--format", "json",
                               "--evidence", "log", "--out", (folder / "out").string()});
    ASSERT_EQ(ran.code, 0) << id << ran.out << ran.err;
    const auto kept = text(log);
    const auto exchanges = text(har);
    EXPECT_EQ(kept.find("Basic am9l"), std::string::npos) << id << kept;
    EXPECT_EQ(exchanges.find("Basic am9l"), std::string::npos) << id << exchanges;
    for (const auto* digest : {"response=\"", "response=\\\""}) {
      const auto hidden = std::string(digest) + "***";
      EXPECT_EQ(kept.find(digest), kept.find(hidden)) << id << kept;
      EXPECT_EQ(exchanges.find(digest), exchanges.find(hidden)) << id << exchanges;
    }
    const auto named = json::parse(ran.out).at("verdict").at("id").as_string();
    EXPECT_EQ(incident_of(misproxy({"diagnose", log, "--format", "json"})).at("id").as_string(),
              named)
        << id << kept;
  }
}

TEST(RunThenDiagnose, ATraceOfServeIsNoEvidence) {
  Folder folder;
  const auto path = folder.write(
      "serve.jsonl",
      R"({"scenario":"allow","connection":1,"seq":0,"seen_by":"proxy","point":"request-head","party":"client","origin":"peer","event":"request","method":"CONNECT","target":"tools.cisco.com:443","measured":{"t_us":610}})"
      "\n");
  const auto finished = misproxy({"diagnose", path});
  EXPECT_EQ(finished.code, 2) << finished.out;
  EXPECT_NE(finished.err.find("misproxy serve"), std::string::npos) << finished.err;
}

}  // namespace
}  // namespace misproxy::test
