#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <chrono>
#include <fstream>

#include "live/today.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"
#include "tls/pem.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

using std::chrono::days;

mode_t mode_of(const fs::path& path) {
  struct stat found {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

Finished shell(const std::string& command) { return run({"bash", "-c", command}); }

/// A folder with a CA that was made once, for keys take their time.
const fs::path& made_once() {
  static const Folder folder;
  static const fs::path made = [] {
    auto path = folder / "state";
    EXPECT_EQ(misproxy({"ca", "--state-dir", path.string()}).code, 0);
    return path;
  }();
  return made;
}

/// A state directory of one test's own.
struct State {
  State() {
    fs::copy(made_once(), directory);
    fs::permissions(directory, fs::perms::owner_all);
  }

  Folder folder;
  fs::path directory = folder / "state";

  fs::path path(const std::string& name) const { return directory / name; }
  Finished ca(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(), {"ca", "--state-dir", directory.string()});
    return misproxy(flags);
  }
  void put(const PemPair& pem) const {
    std::ofstream(path("ca.pem"), std::ios::binary) << pem.certificate;
    std::ofstream(path("ca.key"), std::ios::binary) << pem.key;
  }
};

TEST(State, FoldersAndKeysAreTheirOwnersUnderAnyUmask) {
  for (const auto* umask : {"000", "022", "777"}) {
    Folder folder;
    const auto top = folder / "top";
    const auto below = top / "deep" / "er";
    const auto made = shell(
        fmt::format("umask {}; {} ca --state-dir {}", umask, MISPROXY_BINARY, below.string()));
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(mode_of(top), 0700U) << umask;
    EXPECT_EQ(mode_of(below), 0700U) << umask;
    EXPECT_EQ(mode_of(below / "ca.key"), 0600U) << umask;
    EXPECT_EQ(mode_of(below / "server.key"), 0600U) << umask;
    EXPECT_EQ(mode_of(below / "ca.pem"), 0644U) << umask;
    EXPECT_EQ(misproxy({"ca", "--state-dir", below.string()}).code, 0) << umask;
  }
}

TEST(State, ARelativeXdgFolderIsIgnored) {
  Folder folder;
  const auto made =
      run({MISPROXY_BINARY, "ca"}, {"XDG_STATE_HOME=state", "HOME=" + (folder / "home").string()});
  EXPECT_EQ(made.out, (folder / "home/.local/state/misproxy/ca.pem").string() + "\n") << made.err;
}

TEST(State, EveryVerbThatOpensTheCaTakesItsFolder) {
  State state;
  EXPECT_EQ(state.ca().out, state.path("ca.pem").string() + "\n");
  Served served({"allow"}, {"--state-dir", state.directory.string()});
  EXPECT_EQ(served.ready().ca, state.path("ca.pem").string());
  served.stop();
  const auto made = misproxy(
      {"run", "allow", "--world", "live", "--state-dir", (state.folder / "other").string()});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_TRUE(fs::exists(state.folder / "other" / "ca.pem"));
}

/// One way in which a state can be no good, and what is to be said of it.
struct Flaw {
  std::string_view name;
  std::function<void(const State&)> make;
  std::string_view says;
};

const std::vector<Flaw>& flaws() {
  const auto now = live::today();
  static const std::vector<Flaw> all{
      {"only the key", [](const State& s) { fs::remove(s.path("ca.pem")); },
       "ca.key has no certificate beside it"},
      {"only the certificate", [](const State& s) { fs::remove(s.path("ca.key")); },
       "ca.pem has no key beside it"},
      {"no certificate in it",
       [](const State& s) {
         s.put({"x", text_of(s.path("ca.key"))});
       },
       "ca.pem holds no certificate in PEM; remove"},
      {"no key in it",
       [](const State& s) {
         s.put({text_of(s.path("ca.pem")), "x"});
       },
       "ca.key holds no private key in PEM; remove"},
      {"another's key",
       [](const State& s) {
         s.put({text_of(s.path("ca.pem")), to_pem(make_key())});
       },
       "ca.key is not the key of"},
      {"ended", [now](const State& s) { s.put(Authority::create(now - days{3700})); },
       "ca.pem has ended on "},
      {"not begun", [now](const State& s) { s.put(Authority::create(now + days{10})); },
       "ca.pem is not valid before "},
      {"a server key that is none",
       [](const State& s) { std::ofstream(s.path("server.key")) << "x"; },
       "server.key holds no private key in PEM; remove it"},
  };
  return all;
}

TEST(State, EachFlawHasItsSentence) {
  for (const auto& flaw : flaws()) {
    State state;
    flaw.make(state);
    for (const auto* verb : {"ca", "serve"}) {
      const auto refused = misproxy({verb, "--state-dir", state.directory.string()});
      EXPECT_EQ(refused.code, 3) << flaw.name;
      EXPECT_NE(refused.err.find(flaw.says), std::string::npos) << flaw.name << refused.err;
      EXPECT_EQ(refused.err.find('\n'), refused.err.size() - 1) << refused.err;
    }
  }
}

/// What the message says behind `mend it: `.
std::string remedy_in(const std::string& message) {
  constexpr std::string_view kMark = "mend it: ";
  const auto at = message.find(kMark);
  if (at == std::string::npos) return "false  # no remedy in: " + message;
  const auto command = message.substr(at + kMark.size());
  return command.substr(0, command.find('\n'));
}

TEST(State, WhatOthersCanReadOrWriteIsRefusedWithTheCommandThatMendsIt) {
  const std::vector<std::pair<std::string, mode_t>> open_to_others{
      {"ca.key", 0640}, {"ca.key", 0604}, {"ca.key", 0700}, {"server.key", 0644},
      {"ca.pem", 0666}, {".", 0770},      {".", 0777}};
  for (const auto& [name, mode] : open_to_others) {
    State state;
    ASSERT_EQ(::chmod(state.path(name).c_str(), mode), 0);
    const auto refused = state.ca();
    EXPECT_EQ(refused.code, 3) << name << " " << mode;
    EXPECT_NE(refused.err.find(fmt::format("has mode {:04o}", mode)), std::string::npos)
        << refused.err;
    EXPECT_EQ(shell(remedy_in(refused.err)).code, 0) << refused.err;
    EXPECT_EQ(state.ca().code, 0) << name << " " << mode;
  }
}

TEST(State, EverybodysFolderIsNoPlaceForACa) {
  const auto refused = misproxy({"ca", "--state-dir", "/tmp"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_EQ(refused.err,
            "misproxy: /tmp is everybody's folder; give the CA one of its own, such as "
            "/tmp/misproxy\n");
}

TEST(State, AFifoInTheCasPlaceIsRefusedNotWaitedFor) {
  for (const auto* name : {"ca.pem", "ca.key", "server.key"}) {
    State state;
    fs::remove(state.path(name));
    ASSERT_EQ(::mkfifo(state.path(name).c_str(), 0600), 0);
    const auto refused = state.ca();
    EXPECT_EQ(refused.code, 3) << name;
    EXPECT_NE(refused.err.find(fmt::format("{} is no regular file", name)), std::string::npos)
        << refused.err;
  }
}

TEST(State, KeysAreMadeOnce) {
  State state;
  const auto before = text_of(state.path("server.key"));
  EXPECT_FALSE(before.empty());
  for (int i = 0; i < 2; ++i)
    Served({"allow"}, {"--state-dir", state.directory.string()}).stop();
  EXPECT_EQ(text_of(state.path("server.key")), before);
}

boost::json::object described(const Finished& printed) {
  EXPECT_EQ(printed.code, 0) << printed.err;
  return boost::json::parse(printed.out).as_object();
}

TEST(State, CaSaysHowLongItHolds) {
  State state;
  const auto text = state.ca();
  EXPECT_NE(text.err.find("holds until "), std::string::npos) << text.err;
  EXPECT_NE(text.err.find(" days more"), std::string::npos) << text.err;
  const auto json = described(state.ca({"--format", "json"}));
  EXPECT_EQ(json.at("ca").as_string(), state.path("ca.pem").string());
  EXPECT_NEAR(static_cast<double>(json.at("days_left").as_int64()), 3649, 1);
  EXPECT_EQ(json.at("valid_until").as_string().size(),
            std::string_view("2036-11-24T00:00:00Z").size());
  EXPECT_NE(text.err.find(std::string(json.at("sha256").as_string())), std::string::npos);
}

TEST(State, ARenewedCaIsTrustedByWhatTrustedTheOldOne) {
  State state;
  ASSERT_EQ(state.ca({"--ca-out", (state.folder / "old.pem").string()}).code, 0);
  Served before({"allow"}, {"--state-dir", state.directory.string()});
  const auto renewed = state.ca({"--renew", "--ca-out", (state.folder / "new.pem").string()});
  EXPECT_EQ(renewed.code, 0);
  EXPECT_NE(renewed.err.find("goes on until "), std::string::npos) << renewed.err;
  EXPECT_NE(text_of(state.folder / "old.pem"), text_of(state.folder / "new.pem"));
  Served after({"allow"}, {"--state-dir", state.directory.string()});
  for (const auto* served : {&before, &after}) {
    for (const auto* trusted : {"old.pem", "new.pem"}) {
      auto ready = served->ready();
      ready.ca = (state.folder / trusted).string();
      ClientSettings client;
      client.url = "https://tools.cisco.com/";
      const auto result = curl(curl_arguments(ready, client), client);
      EXPECT_EQ(result.exit, 0) << trusted << ": " << result.message;
    }
  }
  before.stop();
  after.stop();
}

TEST(State, WhatHasEndedIsRenewedByTheCommandThatIsNamed) {
  State state;
  state.put(Authority::create(live::today() - days{3700}));
  const auto refused = state.ca();
  ASSERT_EQ(refused.code, 3);
  const auto command = refused.err.substr(refused.err.rfind("misproxy ca --renew"));
  const auto renewed = shell(
      fmt::format("{}{}", MISPROXY_BINARY, command.substr(std::string_view("misproxy").size())));
  EXPECT_EQ(renewed.code, 0) << renewed.err;
  EXPECT_NE(renewed.err.find("has to trust"), std::string::npos) << renewed.err;
  EXPECT_EQ(state.ca().code, 0);
}

TEST(State, ACaThatEndsSoonIsSaidWhereItIsUsed) {
  State state;
  state.put(Authority::create(live::today() - days{3640}));
  Served served({"allow"}, {"--state-dir", state.directory.string()});
  EXPECT_NE(served.stop().err.find("misproxy: warning: the CA "), std::string::npos);
}

}  // namespace
}  // namespace misproxy::test
