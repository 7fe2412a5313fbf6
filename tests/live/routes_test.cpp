// What an origin serves, asked for by real curl.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "core/sha256.hpp"
#include "support/served.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kUrl = "https://a.test";

std::string scenario(std::string_view origin) {
  return fmt::format(
      "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n[[origin]]\nhost = 'a.test'\n{}",
      origin);
}

std::string route(std::string_view keys) { return fmt::format("[[origin.route]]\n{}\n", keys); }

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string made_of(std::size_t size) {
  std::string text;
  while (text.size() < size)
    text += fmt::format("{} ", text.size());
  text.resize(size);
  return text;
}

/// An origin with a folder of files and these keys, served, and curl for it.
struct Site {
  Folder folder;
  std::unique_ptr<Served> served;

  explicit Site(const std::string& keys, const std::vector<std::string>& flags = {}) {
    fs::create_directories(folder / "files");
    folder.write("files/update.sh", made_of(300'000));
    folder.write("secret", "secret");
    served = std::make_unique<Served>(
        std::vector{folder.write("x.toml", scenario("files = 'files'\n" + keys))}, flags);
  }

  Finished curl(std::vector<std::string> arguments) const {
    const auto& ready = served->ready();
    arguments.insert(arguments.begin(),
                     {"curl", "-q", "-sS", "-x", ready.proxy_url, "--cacert", ready.ca});
    return run(arguments, {"no_proxy=", "NO_PROXY="});
  }
  std::string path(const std::string& name) const { return (folder / name).string(); }
};

std::string url(std::string_view path) { return fmt::format("{}{}", kUrl, path); }

TEST(Routes, CurlResumesADownload) {
  Site site("");
  const auto whole = made_of(300'000);
  for (const auto* version : {"--http1.1", "--http2"}) {
    site.folder.write("part", whole.substr(0, 100'000));
    const auto resumed =
        site.curl({version, "-C", "-", "-o", site.path("part"), url("/update.sh")});
    EXPECT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_EQ(contents(site.folder / "part"), whole) << version;
    EXPECT_EQ(site.curl({version, "-r", "5-9", url("/update.sh")}).out, whole.substr(5, 5));
    EXPECT_EQ(site.curl({version, "-r", "-7", url("/update.sh")}).out, whole.substr(299'993));
    const auto several = site.curl({version, "-r", "5-9,-7", url("/update.sh")}).out;
    EXPECT_TRUE(several.starts_with("--misproxy-")) << several;
    EXPECT_NE(several.find(fmt::format("\r\n\r\n{}\r\n--", whole.substr(5, 5))), std::string::npos);
    EXPECT_NE(several.find(fmt::format("\r\n\r\n{}\r\n--", whole.substr(299'993))),
              std::string::npos);
    const auto behind = site.curl({version, "-f", "-r", "300000-", url("/update.sh")});
    EXPECT_EQ(behind.code, 22) << behind.err;
    EXPECT_NE(behind.err.find("416"), std::string::npos) << behind.err;
    const auto head = site.curl({version, "-I", url("/update.sh")}).out;
    EXPECT_NE(head.find("300000"), std::string::npos) << head;
  }
  site.served->stop();
}

TEST(Routes, CurlTakesNothingThatItHas) {
  Site site("");
  ASSERT_EQ(
      site.curl({"-R", "--etag-save", site.path("tag"), "-o", site.path("copy"), url("/update.sh")})
          .code,
      0);
  const std::vector<std::string> code{"-w", "%{http_code}", "-o", site.path("none")};
  const auto ask = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), code.begin(), code.end());
    arguments.push_back(url("/update.sh"));
    return site.curl(arguments).out;
  };
  EXPECT_EQ(ask({"-z", site.path("copy")}), "304");
  EXPECT_EQ(ask({"--etag-compare", site.path("tag")}), "304");
  EXPECT_EQ(ask({"-z", "Sat, 01 Jan 2000 00:00:00 GMT"}), "200");
  EXPECT_EQ(ask({"-z", "-Sat, 01 Jan 2000 00:00:00 GMT"}), "412");
  site.served->stop();
}

TEST(Routes, CurlTakesGzipAndChunks) {
  Site site(route("path = '/z'\nbytes = 500000\ngzip = true") +
            route("path = '/c'\nbytes = 500000\nframing = 'chunked'") +
            route("path = '/e'\nbytes = 500000\nframing = 'close'"));
  const auto plain = site.curl({url("/bytes/500000")}).out;
  for (const auto* version : {"--http1.1", "--http2"}) {
    EXPECT_TRUE(site.curl({version, "--compressed", url("/z")}).out == plain) << version;
    EXPECT_FALSE(site.curl({version, "-H", "Accept-Encoding: gzip", url("/z")}).out == plain);
    EXPECT_TRUE(site.curl({version, url("/z")}).out == plain) << version;
    EXPECT_TRUE(site.curl({version, url("/c")}).out == plain) << version;
    EXPECT_TRUE(site.curl({version, url("/e")}).out == plain) << version;
  }
  EXPECT_TRUE(site.curl({"--http1.0", "--no-alpn", url("/c")}).out == plain);
  site.served->stop();
}

TEST(Routes, CurlFollowsAndGivesUp) {
  Site site(route("path = '/go'\nredirect = '/update.sh'") +
            route("path = '/loop'\nredirect = 'https://a.test/loop'") +
            route("path = '/fails'\nstatus = 503\ntext = 'why'"));
  EXPECT_EQ(site.curl({"-L", url("/go")}).out, made_of(300'000));
  EXPECT_EQ(site.curl({"-L", "--max-redirs", "5", url("/loop")}).code, 47);
  const auto failed = site.curl({"--fail-with-body", url("/fails")});
  EXPECT_EQ(failed.code, 22);
  EXPECT_EQ(failed.out, "why");
  site.served->stop();
}

TEST(Routes, CurlIsToldALengthThatLies) {
  Site site(route("path = '/more'\ntext = 'only this'\ncontent_length = 20") +
            route("path = '/less'\ntext = 'more than this'\ncontent_length = 4"));
  EXPECT_EQ(site.curl({"--http1.1", url("/more")}).code, 18);
  const auto shorter = site.curl({"--http1.1", url("/less")});
  EXPECT_EQ(shorter.code, 0);
  EXPECT_EQ(shorter.out, "more");
  EXPECT_NE(site.curl({"--http2", url("/more")}).code, 0);
  site.served->stop();
}

TEST(Routes, CurlUploads) {
  Site site(route("path = '/refuse'\nexpect = '417'\ntext = 'done without'") +
            route("path = '/ignore'\nexpect = 'ignore'\ntext = 'done'"));
  const auto body = made_of(2'000'000);
  const auto file = site.folder.write("body", body);
  const auto told = fmt::format("received 2000000 bytes, SHA-256 {}\n", sha256_hex(body));
  for (const auto* version : {"--http1.1", "--http2"}) {
    EXPECT_EQ(site.curl({version, "-T", file, url("/upload")}).out, told) << version;
    EXPECT_EQ(site.curl({version, "-H", "Expect: 100-continue", "-T", file, url("/upload")}).out,
              told);
    EXPECT_EQ(site.curl({version, "--expect100-timeout", "0.1", "-H", "Expect: 100-continue", "-T",
                         file, url("/ignore")})
                  .out,
              "done")
        << version;
  }
  const auto refused = site.curl({"--http1.1", "-w", "%{http_code}", "-T", file, url("/refuse")});
  EXPECT_TRUE(refused.out.ends_with("417")) << refused.out << refused.err;
  EXPECT_EQ(site.curl({"--http1.1", "-H", "Expect:", "-T", file, url("/refuse")}).out,
            "done without");
  site.served->stop();
}

/// However the path is written: curl takes it as it is.
TEST(Routes, FilesNeverLeaveTheirFolder) {
  Site site("");
  fs::create_symlink("../secret", site.folder / "files/link");
  fs::create_directories(site.folder / "files/sub");
  for (const auto* path : {"/../secret",
                           "/sub/../../secret",
                           "/%2e%2e/secret",
                           "/..%2fsecret",
                           "/.%2e/secret",
                           "/%2e%2e%2fsecret",
                           "/sub/..%2f..%2fsecret",
                           "/link",
                           "/../files/update.sh",
                           "/..;/secret",
                           "/%00",
                           "/update.sh%00",
                           "/%2e%2e%5csecret",
                           "/..\\secret",
                           "//secret",
                           "/sub/%2e%2e/link",
                           "/%252e%252e/secret",
                           "/%c0%ae%c0%ae/secret",
                           "/etc/passwd",
                           "//etc/passwd",
                           "/proc/self/environ"}) {
    for (const auto* version : {"--http1.1", "--http2"}) {
      const auto got = site.curl(
          {version, "--path-as-is", "-w", "%{http_code}", fmt::format("{}{}", kUrl, path)});
      EXPECT_EQ(got.out.find("secret"), std::string::npos) << path;
      EXPECT_EQ(got.out.find("root:"), std::string::npos) << path;
      EXPECT_TRUE(got.out.ends_with("404")) << path << "\n" << got.out << got.err;
    }
  }
  EXPECT_EQ(site.curl({url("/update.sh")}).out.size(), 300'000U) << "the next one works";
  site.served->stop();
}

TEST(Routes, ALargeFileComesWhole) {
  Site site("");
  {
    std::ofstream file(site.folder / "files/large", std::ios::binary);
    for (int i = 0; i < 64; ++i)
      file << made_of(1 << 20);
  }
  const auto wanted = run({"sha256sum", site.path("files/large")}).out.substr(0, 64);
  const auto& ready = site.served->ready();
  for (const auto* version : {"--http1.1", "--http2"}) {
    const auto got = run({"sh", "-c",
                          fmt::format("curl -q -sS {} -x {} --cacert '{}' {} | sha256sum", version,
                                      ready.proxy_url, ready.ca, url("/large"))},
                         {"no_proxy=", "NO_PROXY="});
    EXPECT_EQ(got.out.substr(0, 64), wanted) << version << got.err;
  }
  site.served->stop();
}

/// Fifty at once, each with all kinds of routes, and one digest, whenever the files were written.
TEST(Routes, FiftyAtOnceHaveOneDigest) {
  constexpr int kClients = 50;
  std::set<std::string> digests;
  for (const char* version : {"--http1.1", "--http2", "--http1.1"}) {
    Site site(route("path = '/z'\nbytes = 500000\ngzip = true") +
                  route("path = '/c'\nbytes = 500000\nframing = 'chunked'") +
                  route("path = '/go'\nredirect = '/update.sh'"),
              {"--threads", "2", "--exit-after", std::to_string(kClients)});
    const auto& ready = site.served->ready();
    std::vector<Process> curls;
    for (int i = 0; i < kClients; ++i) {
      curls.emplace_back(
          std::vector<std::string>{"curl", "-q", "-fsSL", version, "--compressed", "-x",
                                   ready.proxy_url, "--cacert", ready.ca, url("/z"), url("/c"),
                                   url("/go"), url("/upload"), url("/bytes/100000")},
          std::vector<std::string>{"no_proxy=", "NO_PROXY="});
    }
    for (auto& each : curls)
      EXPECT_EQ(each.wait().code, 0);
    site.served->wait();
    digests.insert(trace_digest(site.served->trace()));
  }
  EXPECT_EQ(digests.size(), 1U);
}

}  // namespace
}  // namespace misproxy::test
