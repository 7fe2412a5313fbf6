#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/process.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

/// wget reaches an origin of the scenario, with misproxy's CA.
TEST(RealWget, ReachesTheEmbeddedOrigin) {
  Served served({"allow"}, {"--exit-after", "1"});
  const auto& ready = served.ready();
  const auto finished =
      run({"wget", "-q", "-O", "-", "--ca-certificate", ready.ca, "-e",
           "https_proxy=" + ready.proxy_url, "https://tools.cisco.com/healthcheck"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_EQ(finished.out, "healthy\n");
  served.wait();
}

/// What it has of a file it does not ask for again.
TEST(RealWget, ResumesADownload) {
  Folder folder;
  std::string whole;
  while (whole.size() < 300'000)
    whole += fmt::format("{} ", whole.size());
  std::filesystem::create_directories(folder / "files");
  folder.write("files/update.sh", whole);
  Served served({folder.write("x.toml",
                              "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n"
                              "[[origin]]\nhost = 'a.test'\nfiles = 'files'\n")});
  const auto& ready = served.ready();
  const auto copy = folder.write("copy", whole.substr(0, 100'000));
  const auto finished = run({"wget", "-q", "-c", "-O", copy, "--ca-certificate", ready.ca, "-e",
                             "https_proxy=" + ready.proxy_url, "https://a.test/update.sh"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  std::ifstream file(copy, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), whole);
  served.stop();
  const auto trace = served.trace();
  const auto answer = std::ranges::find(trace, "inner-response",
                                        [](const TraceLine& line) { return line.event.name; });
  ASSERT_NE(answer, trace.end());
  EXPECT_EQ(answer->event.fields,
            (TraceFields{{"status", std::int64_t{206}},
                         {"body_bytes", static_cast<std::int64_t>(whole.size() - 100'000)}}));
}

}  // namespace
}  // namespace misproxy::test
