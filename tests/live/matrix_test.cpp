// `misproxy matrix`, and real clients of the table with `misproxy run`.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "report/matrix.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace json = boost::json;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

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

TEST(MatrixCommand, ARepeatedRunIsHeldAgainstWhatItsFolderHolds) {
  Folder folder;
  const auto out = (folder / "out").string();
  const std::vector<std::string> words{"matrix", "curl", "acl-deny-403", "--out", out};
  EXPECT_THAT(misproxy(words).err, Not(HasSubstr("changed")));
  EXPECT_THAT(misproxy(words).err, HasSubstr("nothing has changed"));
  auto text = read_file(out + "/matrix.json");
  const auto version = text.find("\"version\":\"");
  text.insert(version + 11, "0.");
  const std::string outcome = "\"outcome\":\"";
  text.replace(text.find(outcome + "failed") + outcome.size(), 6, "hung");
  folder.write("out/matrix.json", text);
  const auto changed = misproxy(words);
  EXPECT_EQ(changed.code, 0);
  EXPECT_THAT(changed.err, AllOf(HasSubstr("changed: client curl: version "),
                                 HasSubstr("changed: acl-deny-403 with curl: failed in reply")));
}

/// As many bytes as the scenario says, whoever sends them.
TEST(MatrixCommand, UploadsAreWhole) {
  Folder folder;
  const auto out = (folder / "out").string();
  const auto made = misproxy({"matrix", "upload", "--max-time", "60", "--out", out});
  EXPECT_EQ(made.code, 0) << made.err;
  for (const auto& file : std::filesystem::directory_iterator(folder / "out" / "upload")) {
    if (file.path().extension() != ".jsonl") continue;
    EXPECT_THAT(read_file(file.path()), HasSubstr("\"body_bytes\":50000")) << file.path();
  }
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

/// Leaves in `now` what is of the versions that the table is of; returns what else there is.
std::vector<std::string> drop_other_versions(Matrix& now, const Matrix& table) {
  std::vector<std::string> others;
  std::erase_if(now.clients, [&](const Matrix::Client& client) {
    const auto same = [&](const Matrix::Client& each) {
      return each.name == client.name && each.version == client.version;
    };
    if (std::any_of(table.clients.begin(), table.clients.end(), same)) return false;
    others.push_back(client.name + " " + (client.version.empty() ? "(none)" : client.version));
    std::erase_if(now.cells, [&](const auto& cell) { return cell.record.client == client.name; });
    return true;
  });
  return others;
}

/// A fixed few scenarios with the clients that the suite installs, as they are in Debian 12.
TEST(ClientTable, IsWhatTheSuitesClientsDo) {
  const std::string root = MISPROXY_SOURCE_DIR;
  auto table =
      std::get<Matrix>(read_matrix(read_file(root + "/client-harness/drivers/debian-12.json")));
  auto environment = state_environment();
  environment.push_back("MISPROXY=" MISPROXY_BINARY);
  const auto made =
      run({root + "/scripts/client-matrix", "curl", "wget", "openssl", "python-urllib",
           "python-requests", "git", "node", "acl-deny-403", "close-before-reply",
           "truncated-download", "certificate-wrong-host", "--max-time", "60", "--format", "json"},
          environment);
  ASSERT_EQ(made.code, 0) << made.err;
  auto now = std::get<Matrix>(read_matrix(made.out));
  const auto others = drop_other_versions(now, table);
  if (!others.empty())
    std::cout << fmt::format("Not compared, for the table has others: {}\n",
                             fmt::join(others, ", "));
  if (now.cells.empty()) GTEST_SKIP() << "no client is as in Debian 12";
  table.rows = now.rows;  // their texts may change
  EXPECT_THAT(changes(table, now), IsEmpty());
}

TEST(ListClients, NamesThemWithTheirVersions) {
  const auto listed = misproxy({"list", "--clients", "--format", "json"});
  EXPECT_EQ(listed.code, 0);
  EXPECT_THAT(listed.out, HasSubstr("\"client\":\"curl\",\"version\":\""));
  EXPECT_EQ(misproxy({"list", "--clients", "--layer", "reply"}).code, 2);
}

}  // namespace
}  // namespace misproxy::test
