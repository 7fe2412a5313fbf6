// `misproxy matrix`, and real clients of the table with `misproxy run`.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <filesystem>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;
namespace json = boost::json;

TEST(MatrixCommand, WritesTheTableAndSaysWhatHasChanged) {
  Folder folder;
  const auto out = (folder / "out").string();
  const auto made = misproxy({"matrix", "curl", "openssl", "allow", "acl-deny-403", "--out", out});
  EXPECT_EQ(made.code, 0) << made.err;
  for (const auto* name :
       {"index.html", "matrix.md", "matrix.json", "allow/curl.log", "acl-deny-403/openssl.jsonl"})
    EXPECT_TRUE(std::filesystem::exists(folder / "out" / name)) << name;
  const auto again =
      misproxy({"matrix", "curl", "acl-deny-403", "--compare", out + "/matrix.json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("nothing has changed"));
}

TEST(MatrixCommand, AnUnknownNameIsRefusedWithTheOneThatWasMeant) {
  const auto client = misproxy({"matrix", "pyton-requests"});
  EXPECT_EQ(client.code, 2);
  EXPECT_THAT(client.err, HasSubstr("did you mean python-requests?"));
  const auto scenario = misproxy({"matrix", "curl", "acl-deny-430"});
  EXPECT_EQ(scenario.code, 2);
  EXPECT_THAT(scenario.err, HasSubstr("did you mean acl-deny-403?"));
  const auto run = misproxy({"run", "allow", "--world", "live", "--client", "wgt"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("did you mean wget?"));
}

TEST(MatrixCommand, OpensslTakesATruncatedFileForTheWhole) {
  const auto made = misproxy({"matrix", "openssl", "truncated-download", "--format", "json"});
  const auto matrix = json::parse(made.out).as_object();
  const auto& cell = matrix.at("cells").at(0);
  EXPECT_EQ(cell.at("outcome").as_string(), "success");
  EXPECT_EQ(cell.at("lies").at(0).as_string(), "truncated-as-whole");
}

TEST(MatrixCommand, OneThatNeverEndsIsKilledAndSaidToHaveHung) {
  const auto made =
      misproxy({"matrix", "openssl", "stall-before-reply", "--max-time", "1", "--format", "json"});
  const auto matrix = json::parse(made.out).as_object();
  EXPECT_EQ(matrix.at("cells").at(0).at("outcome").as_string(), "hung");
}

/// A fixed few with a fixed few, as Debian 12 has them; whoever is not here is skipped.
TEST(ClientTable, TheSampleIsAsTheRepositorysTableSays) {
  const auto made =
      misproxy({"matrix", "curl", "wget", "openssl", "python-requests", "git", "acl-deny-403",
                "close-before-reply", "truncated-download", "certificate-untrusted-ca", "--compare",
                std::string(MISPROXY_SOURCE_DIR) + "/client-harness/drivers/debian-12.json"});
  std::string changed;
  for (std::size_t at = 0; (at = made.err.find("changed: ", at)) != std::string::npos; ++at) {
    const auto line = made.err.substr(at, made.err.find('\n', at) - at);
    // Another release's clients, which may do otherwise, are told by their version.
    if (line.find(" with ") != std::string::npos) changed += line + "\n";
  }
  const bool other_versions = made.err.find("changed: client ") != std::string::npos;
  if (other_versions) GTEST_SKIP() << "other clients than Debian 12's:\n" << made.err;
  EXPECT_EQ(changed, "") << made.err;
}

TEST(ListClients, NamesThemWithTheirVersions) {
  const auto listed = misproxy({"list", "--clients", "--format", "json"});
  EXPECT_EQ(listed.code, 0);
  EXPECT_THAT(listed.out, HasSubstr("\"client\":\"curl\",\"version\":\""));
  EXPECT_EQ(misproxy({"list", "--clients", "--layer", "reply"}).code, 2);
}

}  // namespace
}  // namespace misproxy::test
