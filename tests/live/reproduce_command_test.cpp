// misproxy reproduce, as it is called; and what it makes, served to real curl.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
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

bool is_there(const std::string& path) { return std::filesystem::exists(path); }

TEST(ReproduceCommand, MakesAScenarioThatRunsAsTheEvidenceDid) {
  Folder folder;
  const auto out = (folder / "my.toml").string();
  const auto made = misproxy({"reproduce", real("deny-tinyproxy-filter/case.pcap"), "--out", out});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_NE(made.out.find("agrees    verdict (proxy-denied)"), std::string::npos) << made.out;
  EXPECT_NE(made.out.find("misproxy serve"), std::string::npos);
  EXPECT_EQ(misproxy({"check", out}).code, 0);
  const auto run = misproxy({"run", "--require-expect", out});
  EXPECT_EQ(run.code, 0) << run.out;
}

TEST(ReproduceCommand, PutsTheScenarioAloneOnStdoutWithoutOut) {
  const auto made = misproxy({"reproduce", real("deny-tinyproxy-filter/case.pcap")});
  EXPECT_EQ(made.code, 0);
  EXPECT_TRUE(made.out.starts_with("schema = 1\n")) << made.out;
  EXPECT_EQ(made.out.find("agrees"), std::string::npos);
  EXPECT_NE(made.err.find("agrees"), std::string::npos);
}

TEST(ReproduceCommand, SaysThatHealthyEvidenceIsHealthyAndMakesNoFile) {
  Folder folder;
  const auto out = (folder / "my.toml").string();
  const auto made = misproxy({"reproduce", real("ok-squid-head-tls12/case.curl"), "--out", out});
  EXPECT_EQ(made.code, 1);
  EXPECT_NE(made.out.find("Healthy: there is nothing to reproduce."), std::string::npos);
  EXPECT_FALSE(is_there(out));
}

TEST(ReproduceCommand, SaysWhereALookUpCanBePlayed) {
  const auto made = misproxy({"reproduce", real("dns-nxdomain/case.curl")});
  EXPECT_EQ(made.code, 0);
  EXPECT_NE(made.out.find("dns-answer"), std::string::npos) << made.out;
  EXPECT_NE(made.err.find("agrees    verdict (proxy-name-unresolved)"), std::string::npos)
      << made.err;
  EXPECT_NE(made.err.find("the worlds `virtual` and `lab` have one"), std::string::npos)
      << made.err;
}

TEST(ReproduceCommand, MakesAFileForEachAlternativeAndSaysWhatDecides) {
  Folder folder;
  const auto out = (folder / "my.toml").string();
  const auto made = misproxy({"reproduce", real("cert-wronghost/case.pcap"), "--out", out});
  EXPECT_EQ(made.code, 0);
  EXPECT_TRUE(is_there((folder / "my-tls-cert-wrong-host.toml").string())) << made.out;
  EXPECT_FALSE(is_there(out));
  EXPECT_NE(made.out.find("What would decide:"), std::string::npos);
}

TEST(ReproduceCommand, TellsAProgramInJson) {
  const auto made =
      misproxy({"reproduce", "--format", "json", real("deny-tinyproxy-filter/case.pcap")});
  EXPECT_EQ(made.code, 0);
  const auto all = json::parse(made.out).as_object().at("reproductions").as_array();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at("verdict").as_string(), "proxy-denied");
  EXPECT_TRUE(all[0].at("scenario").as_string().starts_with("schema = 1"));
  EXPECT_EQ(all[0].at("worlds").as_array().size(), 2U);
}

TEST(ReproduceCommand, RefusesWhatItCannotUse) {
  Folder folder;
  const auto noise = folder.write("noise", "nothing of use\n");
  const auto evidence = real("deny-tinyproxy-filter/case.pcap");
  EXPECT_EQ(misproxy({"reproduce", noise}).code, 2);
  EXPECT_EQ(misproxy({"reproduce", (folder / "gone").string()}).code, 2);
  EXPECT_EQ(misproxy({"reproduce", evidence, "--connection", "0"}).code, 2);
  const auto past = misproxy({"reproduce", evidence, "--connection", "99"});
  EXPECT_EQ(past.code, 2);
  EXPECT_NE(past.err.find("the evidence has"), std::string::npos) << past.err;
  EXPECT_EQ(misproxy({"reproduce", noise, "--out", noise}).code, 2);
  EXPECT_EQ(
      misproxy({"reproduce", evidence, "--out", (folder / "no/such/folder.toml").string()}).code,
      3);
}

/// Exit code, and the two statuses, of real curl.
json::object curl_of(const std::string& scenario) {
  const auto run =
      misproxy({"run", scenario, "--world", "live", "--client", "curl", "--format", "json"});
  return json::parse(run.out.substr(0, run.out.find('\n'))).as_object().at("outcome").as_object();
}

class ServedAgain : public testing::TestWithParam<std::string> {};

TEST_P(ServedAgain, IsToCurlWhatTheOriginalWas) {
  Folder folder;
  const auto capture = (folder / "c.pcapng").string();
  const auto log = (folder / "c.log").string();
  const auto out = (folder / "my.toml").string();
  misproxy({"run", GetParam(), "--capture", capture, "--log", log});
  const auto made = misproxy({"reproduce", capture, log, "--out", out});
  ASSERT_EQ(made.code, 0) << made.out;
  ASSERT_TRUE(is_there(out)) << made.out;
  const auto was = curl_of(GetParam());
  const auto is = curl_of(out);
  for (const auto* what : {"curl_exit", "http_connect", "http_code"})
    EXPECT_EQ(was.at(what), is.at(what)) << what << made.out;
}

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  auto name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Reproduced, ServedAgain,
                         testing::Values("acl-deny-403", "auth-refused-407", "close-before-reply",
                                         "ssh-banner", "reset-after-server-hello",
                                         "certificate-expired", "truncated-download",
                                         "origin-not-found-404"),
                         name_of);

}  // namespace
}  // namespace misproxy::test
