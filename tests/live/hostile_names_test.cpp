// Names of files, ids and keys that would speak to the terminal are shown escaped, by every verb.

#include <gtest/gtest.h>

#include <algorithm>

#include "support/process.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

const std::string kName = "a\x1b]0;owned\x07\x1b[2J\xc2\x9b\xff\n.toml";

void expect_nothing_speaks(const Finished& finished, const std::string& what) {
  const auto said = finished.out + finished.err;
  EXPECT_FALSE(said.empty()) << what;
  EXPECT_NE(said.find("\\x1b"), std::string::npos) << what << ": " << said;
  for (const std::string_view raw : {"\x1b", "\x07", "\xc2\x9b", "\xff"})
    EXPECT_EQ(said.find(raw), std::string::npos) << what << ": " << said;
}

TEST(HostileNames, OfFilesThatAreNotThere) {
  const auto nowhere = "/nowhere/" + kName;
  const std::vector<std::vector<std::string>> commands{
      {"check", nowhere},
      {"list", nowhere},
      {"run", nowhere},
      {"serve", nowhere},
      {"diagnose", nowhere},
      {"explain", kName},
      {"capture", "text", nowhere},
      {"trace", "show", nowhere},
      {"trace", "digest", nowhere},
      {"probe", "--url", "https://a.test/", "--config", nowhere},
      {"probe", "--url", "https://a.test/", "--proxy", "http://10.0.0.1:80", "--ca", nowhere},
      {"run", "allow", "--seed", kName},
      {"serve", "allow", "--listen", kName},
      {kName}};
  for (const auto& command : commands)
    expect_nothing_speaks(misproxy(command), command.front());
}

TEST(HostileNames, OfFilesThatAre) {
  Folder folder;
  const auto empty = folder.write(kName, "");
  const auto key = folder.write("key.toml", "schema = 1\n\"k\\u001b[2J\" = 1\nid = \"\\u001b\"\n");
  const auto log = folder.write(kName + ".log", "curl: (56) CONNECT tunnel failed, response 403\n");
  for (const auto& command : std::vector<std::vector<std::string>>{{"check", empty},
                                                                   {"check", key},
                                                                   {"list", empty},
                                                                   {"diagnose", empty},
                                                                   {"diagnose", log},
                                                                   {"trace", "show", empty},
                                                                   {"capture", "text", empty}})
    expect_nothing_speaks(misproxy(command), command.front());
}

}  // namespace
}  // namespace misproxy::test
