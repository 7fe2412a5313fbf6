// Where outputs go: one file each, one writer a file, and what is secret for its owner alone.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

mode_t mode_of(const fs::path& path) {
  struct stat found {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 0777;
}

std::vector<std::string> joined(std::vector<std::string> words, const std::string& flag,
                                const std::string& path, const std::string& other_flag,
                                const std::string& other_path) {
  words.insert(words.end(), {flag, path, other_flag, other_path});
  return words;
}

class OneFile : public testing::Test {
 protected:
  /// Each way to name one file twice.
  std::vector<std::pair<std::string, std::string>> names() const {
    const auto at = [this](const char* name) { return (folder_ / name).string(); };
    folder_.write("there", "kept");
    fs::create_hard_link(at("there"), at("hard"));
    fs::create_symlink(at("there"), at("soft"));
    fs::create_symlink("absent", at("dangling"));
    fs::create_directory(at("d"));
    return {{at("new"), at("new")},
            {at("new"), at("d") + "/../new"},
            {at("there"), at("hard")},
            {at("there"), at("soft")},
            {at("absent"), at("dangling")}};
  }
  Folder folder_;
};

TEST_F(OneFile, HoldsOneOutput) {
  struct Verb {
    std::vector<std::string> words;
    std::vector<std::string> flags;
  };
  const Verb verbs[] = {{{"run", "allow"}, {"--capture", "--trace", "--har", "--log", "--junit"}},
                        {{"serve", "allow"}, {"--trace", "--ready-file", "--ca-out", "--capture"}}};
  const auto all = names();
  for (const auto& verb : verbs) {
    for (std::size_t i = 1; i < verb.flags.size(); ++i) {
      for (const auto& [one, other] : all) {
        const auto refused =
            misproxy(joined(verb.words, verb.flags[i - 1], one, verb.flags[i], other));
        EXPECT_EQ(refused.code, 2);
        EXPECT_EQ(refused.err,
                  fmt::format("misproxy: {} {} and {} {} are one file, which holds one thing: give "
                              "one of them another PATH\n",
                              verb.flags[i - 1], one, verb.flags[i], other));
      }
    }
  }
  EXPECT_EQ(fs::file_size(folder_ / "there"), 4U) << "nothing was emptied";
}

TEST_F(OneFile, IsStdoutsToo) {
  const auto path = (folder_ / "out").string();
  const auto refused =
      run({"sh", "-c",
           fmt::format("{} run allow --trace - --log '{}' > '{}'", MISPROXY_BINARY, path, path)},
          state_environment());
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr(" are one file"));
}

TEST_F(OneFile, IsNoDevice) {
  const auto made = misproxy(
      {"run", "allow", "--trace", "/dev/null", "--capture", "/dev/null", "--log", "/dev/null"});
  EXPECT_EQ(made.code, 0) << made.err;
}

TEST(OneWriter, AFileThatAnotherMisproxyWritesIsLeftToIt) {
  Folder folder;
  const auto trace = (folder / "t").string();
  const auto capture = (folder / "c").string();
  Process first({MISPROXY_BINARY, "serve", "allow", "--format", "json", "--trace", trace,
                 "--capture", capture},
                state_environment());
  for (const auto* told : {"proxy_url", "started"})  // then the trace has what it says at first
    ASSERT_THAT(first.read_line().value_or(""), HasSubstr(told));
  const auto size = fs::file_size(trace);
  const std::vector<std::pair<std::vector<std::string>, std::string>> others{
      {{"serve", "--trace", trace}, trace},
      {{"serve", "--capture", capture}, capture},
      {{"serve", "--capture", trace}, trace},
      {{"run", "allow", "--capture", capture}, capture}};
  for (const auto& [arguments, path] : others) {
    const auto refused = misproxy(arguments);
    EXPECT_EQ(refused.code, 3) << path;
    EXPECT_THAT(refused.err,
                HasSubstr(fmt::format("misproxy: cannot write {}: another misproxy is writing it\n",
                                      path)));
  }
  EXPECT_EQ(fs::file_size(trace), size) << "it was not emptied";
  first.signal(SIGTERM);
  EXPECT_EQ(first.wait().code, 0);
  EXPECT_EQ(misproxy({"trace", "show", trace}).code, 0);
  EXPECT_EQ(misproxy({"run", "allow", "--capture", capture}).code, 0) << "nobody does any more";
}

TEST(OneWriter, ADeviceHasMany) {
  Served one({"allow"}, {"--capture", "/dev/null"});
  Served other({"allow"}, {"--capture", "/dev/null"});
  one.stop();
  other.stop();
}

TEST(Captures, AreTheirOwnersAlone) {
  Folder folder;
  const auto at = [&](const char* name) { return (folder / name).string(); };
  Served served({"allow"}, {"--capture", at("served")});
  served.stop();
  EXPECT_EQ(misproxy({"run", "allow", "--capture", at("made"), "--out", at("out")}).code, 0);
  for (const auto* name :
       {"served", "made", "out/allow-seed1/client.pcapng", "out/allow-seed1/proxy.pcapng"})
    EXPECT_EQ(mode_of(at(name)), 0600U) << name;
}

TEST(Captures, AFlagAboutThemNeedsOne) {
  const std::pair<std::vector<std::string>, std::string> idle[] = {
      {{"run", "allow", "--capture-at", "all"},
       "--capture-at says at which ends --capture is taken: add --capture PATH"},
      {{"run", "allow", "--no-comments"},
       "--no-comments is for captures: add --capture PATH or --out DIR"},
      {{"serve", "--no-comments"}, "--no-comments is for a capture: add --capture PATH"},
      {{"serve", "--drop-when-slow"},
       "--drop-when-slow is for what is recorded: add --trace PATH, --capture PATH or --format "
       "json"}};
  for (const auto& [arguments, says] : idle) {
    const auto refused = misproxy(arguments);
    EXPECT_EQ(refused.code, 2);
    EXPECT_EQ(refused.err, "misproxy: " + says + "\n");
  }
}

}  // namespace
}  // namespace misproxy::test
