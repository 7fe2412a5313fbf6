// Captures that are made for students: what was injected stands nowhere in them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cctype>
#include <filesystem>
#include <fstream>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// All that would give the scenario away.
std::vector<std::string> secrets_of(const std::string& id) {
  const auto scenario = bundled_scenario(id);
  std::vector<std::string> secrets{id, scenario.about.title, "injected"};
  for (const auto& fault : scenario.faults)
    secrets.push_back(fault.id);
  return secrets;
}

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// It stands there as a word: `lie` is none of `client`.
bool tells(const std::string& bytes, const std::string& word) {
  for (auto at = bytes.find(word); at != std::string::npos; at = bytes.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool open = at > 0 && is_letter(bytes[at - 1]);
    if (!open && (end == bytes.size() || !is_letter(bytes[end]))) return true;
  }
  return false;
}

void expect_none(const fs::path& path, const std::string& id) {
  const auto bytes = contents(path);
  EXPECT_GT(bytes.size(), 100U) << path;
  for (const auto& secret : secrets_of(id))
    EXPECT_FALSE(tells(bytes, secret)) << path << " tells " << secret;
}

TEST(NoComments, ACaptureOfTheVirtualWorldTellsNothing) {
  Folder folder;
  for (const auto* id : {"truncated-download", "inline-reset-on-large-segment", "burst-loss",
                         "icmp-lies", "acl-deny-403", "mss-clamp-too-small"}) {
    const auto file = [&](const char* kind) {
      return (folder / (std::string(id) + kind)).string();
    };
    const auto finished = misproxy({"run", id, "--no-comments", "--capture", file(".pcapng"),
                                    "--capture-at", "all", "--har", file(".har"), "--log",
                                    file(".log"), "--out", (folder / "out").string()});
    EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
    for (const auto* kind : {".pcapng", ".har", ".log"})
      expect_none(file(kind), id);
    const auto bundle = folder / "out" / (std::string(id) + "-seed1");
    for (const auto* name : {"client.pcapng", "proxy.pcapng", "client.log"})
      expect_none(bundle / name, id);
  }
}

TEST(NoComments, WithCommentsACaptureTells) {
  Folder folder;
  const auto file = (folder / "c.pcapng").string();
  ASSERT_EQ(misproxy({"run", "truncated-download", "--capture", file}).code, 0);
  EXPECT_NE(contents(file).find("truncated-download"), std::string::npos);
}

TEST(NoComments, ACaptureOfRealSocketsTellsNothing) {
  Folder folder;
  const auto file = folder / "c.pcapng";
  ASSERT_EQ(misproxy({"run", "truncated-download", "--world", "live", "--no-comments", "--capture",
                      file.string()})
                .code,
            0);
  expect_none(file, "truncated-download");
}

TEST(NoComments, ServeNumbersItsInterfaces) {
  Folder folder;
  const auto file = folder / "c.pcapng";
  const std::vector<std::string> ids{"acl-deny-403", "bad-gateway-502"};
  Served served(ids, {"--no-comments", "--capture", file.string()});
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto client = bundled_scenario(ids[i]).client;
    EXPECT_GT(curl(curl_arguments(served.ready(i), client), client).http_connect, 400);
  }
  served.stop();
  for (const auto& id : ids)
    expect_none(file, id);
  EXPECT_NE(contents(file).find("proxy-2"), std::string::npos);
}

}  // namespace
}  // namespace misproxy::test
