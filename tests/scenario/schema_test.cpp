// `misproxy schema` beside the loader, by a validator that others wrote.
#include "scenario/json_schema.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "support/process.hpp"
#include "support/tree.hpp"

namespace misproxy {
namespace {

namespace fs = std::filesystem;

const fs::path kSource(MISPROXY_SOURCE_DIR);

std::vector<std::string> toml_files(const fs::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const bool lesson = entry.path().parent_path().filename() == "lessons";
    if (!lesson && entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// What the validator says of each file, by its name without `.toml`: `ok`, `not TOML`, `refused`.
std::map<std::string, std::string> verdicts(const std::vector<std::string>& files) {
  const auto schema = fs::path(testing::TempDir()) / fmt::format("schema-{}.json", ::getpid());
  std::ofstream(schema) << boost::json::serialize(scenario_schema());
  std::vector<std::string> argv{kSource / "tests/scenario/validate.py", schema};
  argv.insert(argv.end(), files.begin(), files.end());
  const auto done = test::run(argv);
  fs::remove(schema);
  EXPECT_EQ(done.code, 0) << done.err << "it needs `scripts/install-packages --suite`";
  std::map<std::string, std::string> found;
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) {
    const auto tab = line.find('\t');
    const auto path = line.substr(tab + 1, line.find('\t', tab + 1) - tab - 1);
    found[fs::path(path).stem()] = line.substr(0, tab);
  }
  EXPECT_EQ(found.size(), files.size());
  return found;
}

TEST(Schema, TakesEveryScenario) {
  const auto files = toml_files(kSource / "scenarios");
  ASSERT_FALSE(files.empty());
  for (const auto& [name, verdict] : verdicts(files))
    EXPECT_EQ(verdict, "ok") << name;
}

/// What only the loader sees, and why.
const std::map<std::string, std::string> kBeyondASchema{
    {"auth-twice", "a user is judged beside another"},
    {"client-body-of-a-get", "several keys decide together"},
    {"client-url-with-a-blank", "a URL has a grammar"},
    {"client-urls", "a URL has a grammar"},
    {"expect-faults-without-any", "one part of the file names what stands in another"},
    {"expect-versions", "a version has a grammar"},
    {"fault-ids", "a fault is judged beside another, and an id has a grammar"},
    {"network-addresses", "an address has a grammar"},
    {"network-ports", "an address has a grammar"},
    {"network-probing", "the words of a list: the description says them in words"},
    {"origin-no-versions", "a list's length: the description says it in words"},
    {"origin-without-tls", "a fault is judged beside the origins"},
    {"expected-faults", "one part of the file names what stands in another"},
    {"hidden", "a fault is judged beside another"},
    {"hidden-routes", "a route is judged beside another, and a file beside the disk"},
    {"hidden-says", "a step is judged beside another"},
    {"large-download", "a number within a URL"},
    {"parts-twice", "a fault is judged beside another"},
    {"path-of-a-connect", "several keys decide together"},
    {"raw-beside", "several keys decide together"},
    {"lookup-conditions", "several keys decide together"},
    {"lookup-hidden", "a fault is judged beside another"},
    {"lookup-of-nobody", "one part of the file names what stands in another"},
    {"lookup-without-a-name", "a fault is judged beside the proxy's name"},
    {"one-fires-alone", "a list's length: the description says it in words"},
    {"upstream-both", "several keys decide together"},
    {"upstreams", "what a glob names, and where an address leads"},
    {"triggers", "several keys decide together, and texts have a grammar"},
    {"segments-together", "several keys decide together"},
};

const std::map<std::string, std::string> kNoToml{
    {"about-twice", "a table twice"},
    {"toml-control-character", "a byte that no text may have"},
    {"toml-dotted-twice", "a key twice"},
    {"toml-escape", "an escape that there is not"},
    {"toml-header-with-blank", "syntax"},
    {"toml-key-twice", "a key twice"},
    {"toml-leading-zero", "a number as nobody writes it"},
    {"toml-newline-in-inline-table", "syntax"},
    {"toml-single-then-array", "a table that is one and a list"},
    {"toml-true-in-capitals", "a word that there is not"},
    {"not-utf8", "bytes that are no text"},
    {"syntax", "syntax"},
    {"unclosed-string", "syntax"},
    {"units", "a number without quotes"},
};

TEST(Schema, RefusesWhatTheLoaderRefusesAsFarAsItSees) {
  const auto found = verdicts(toml_files(kSource / "tests/scenario/invalid"));
  for (const auto& [name, verdict] : found) {
    const auto* expected = kNoToml.contains(name)          ? "not TOML"
                           : kBeyondASchema.contains(name) ? "ok"
                                                           : "refused";
    EXPECT_EQ(verdict, expected) << name;
  }
  for (const auto* list : {&kBeyondASchema, &kNoToml}) {
    for (const auto& [name, why] : *list)
      EXPECT_TRUE(found.contains(name)) << name << " is no file, but listed: " << why;
  }
}

/// Where a key's own rule is broken, the schema sees it: each line alone in a good file.
TEST(Schema, SeesEachMistakeOfAKey) {
  constexpr auto head =
      "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n[[origin]]\nhost = 'a.test'\n";
  const auto fault = [](std::string_view when, std::string_view deed) {
    return fmt::format("[[fault]]\nid = 'f'\nwhen = {{ {} }}\ndo = {{ {} }}\n", when, deed);
  };
  const std::map<std::string, std::string> texts{
      {"ok-range", fault("point = 'reply', attempt = ['2..4', 6, '8..']", "stall = {}")},
      {"ok-raw", fault("point = 'reply'", "respond = { raw = 'x' }")},
      {"ok-share", fault("point = 'reply', chance = 1", "stall = {}")},
      {"no-status", fault("point = 'reply'", "respond = {}")},
      {"low-status", fault("point = 'reply'", "respond = { status = 99 }")},
      {"two-deeds", fault("point = 'reply'", "stall = {}, swallow = {}")},
      {"no-deed", fault("point = 'reply'", "")},
      {"unknown-deed", fault("point = 'reply'", "stal = {}")},
      {"run-is-no-place", fault("point = 'run'", "stall = {}")},
      {"number-0", fault("point = 'accept', connection = 0", "stall = {}")},
      {"number-word", fault("point = 'accept', connection = 'x'", "stall = {}")},
      {"number-none", fault("point = 'accept', connection = []", "stall = {}")},
      {"number-fraction", fault("point = 'accept', connection = 1.5", "stall = {}")},
      {"chance-0", fault("point = 'accept', chance = 0", "stall = {}")},
      {"manner", "[proxy]\nmanner = 'squit'\n"},
      {"listens", "[proxy]\nlistens = 'no'\n"},
      {"unknown-key", "[proxy]\nmaner = 'squid'\n"},
  };
  const auto folder = fs::path(testing::TempDir()) / fmt::format("schema-{}", ::getpid());
  fs::create_directories(folder);
  for (const auto& [name, text] : texts)
    std::ofstream(folder / (name + ".toml")) << head << text;
  for (const auto& [name, verdict] : verdicts(toml_files(folder)))
    EXPECT_EQ(verdict, name.starts_with("ok-") ? "ok" : "refused") << name;
  fs::remove_all(folder);
}

}  // namespace
}  // namespace misproxy
