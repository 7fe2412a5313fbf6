#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <sstream>

#include "support/process.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

std::vector<json::object> listed(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"list", "--format", "json"});
  const auto done = misproxy(arguments);
  EXPECT_EQ(done.code, 0) << done.err;
  std::vector<json::object> objects;
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);)
    objects.push_back(json::parse(line).as_object());
  return objects;
}

std::vector<std::string> ids_of(std::vector<std::string> arguments) {
  std::vector<std::string> ids;
  for (const auto& each : listed(std::move(arguments)))
    ids.emplace_back(each.at("id").as_string());
  return ids;
}

bool holds(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

TEST(ListCommand, GroupsByLayer) {
  const auto text = misproxy({"list"}).out;
  EXPECT_NE(text.find("\n\nreply\n  acl-deny-403 "), std::string::npos) << text;
  EXPECT_NE(text.find("\n\ntunnel\n  alert-"), std::string::npos) << text;
}

TEST(ListCommand, FiltersByVerdict) {
  for (const auto& each : listed({"--verdict", "tls-untrusted-ca"}))
    EXPECT_EQ(each.at("verdict").as_string(), "tls-untrusted-ca");
  EXPECT_TRUE(holds(ids_of({"--verdict", "tls-untrusted-ca"}), "alert-unknown-ca-48"));
  const auto slip = misproxy({"list", "--verdict", "tls-untrusted-cb"});
  EXPECT_EQ(slip.code, 2);
  EXPECT_EQ(slip.err,
            "misproxy: there is no verdict tls-untrusted-cb; did you mean tls-untrusted-ca? "
            "`misproxy verdicts` lists them\n");
}

TEST(ListCommand, FiltersByLayer) {
  for (const auto& each : listed({"--layer", "upstream"}))
    EXPECT_EQ(each.at("layer").as_string(), "upstream");
  EXPECT_EQ(misproxy({"list", "--layer", "upstrem"}).err,
            "misproxy: there is no layer upstrem; did you mean upstream?\n");
  const auto other = misproxy({"list", "--layer", "xyzzy"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("; one of "), std::string::npos) << other.err;
  EXPECT_NE(other.err.find("reply, "), std::string::npos) << other.err;
}

TEST(ListCommand, FiltersByWorld) {
  const auto live = ids_of({"--world", "live"});
  EXPECT_TRUE(holds(live, "allow"));
  EXPECT_FALSE(holds(live, "syn-lost")) << "segments are lost in the virtual world only";
  EXPECT_TRUE(holds(ids_of({"--world", "virtual"}), "syn-lost"));
  Folder folder;
  const auto weak = folder.write("weak.toml",
                                 "schema = 1\n[about]\nid = 'weak'\ntitle = 't'\nteaches = 'u'\n"
                                 "[[origin]]\nhost = 'a.test'\ncertificate = 'weak-key'\n");
  EXPECT_TRUE(holds(ids_of({"--world", "live", weak}), "weak"));
  const auto none = misproxy({"list", "--world", "virtual", weak});
  EXPECT_EQ(none.code, 1) << "an RSA key is the live world's";
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(misproxy({"list", "--world", "real"}).code, 2);
}

TEST(ListCommand, FindsWords) {
  const auto found = ids_of({"--search", "POST-quantum Reset"});
  EXPECT_TRUE(holds(found, "large-client-hello-reset"));
  EXPECT_FALSE(holds(found, "allow"));
  EXPECT_LT(found.size(), 5U);
  const auto none = misproxy({"list", "--search", "quetzalcoatl"});
  EXPECT_EQ(none.code, 1);
  EXPECT_EQ(none.err, "misproxy: no scenario is of this kind\n");
  EXPECT_EQ(misproxy({"list", "--faults", "--search", "x"}).code, 2);
}

TEST(ListCommand, FiltersTogether) {
  const auto found = ids_of(
      {"--layer", "fmc", "--world", "live", "--verdict", "truncated", "--search", "VDB good-bye"});
  EXPECT_EQ(found, (std::vector<std::string>{"fmc-vdb-download-truncated"}));
}

}  // namespace
}  // namespace misproxy::test
