#include "origin/routes.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(Routes, AnswerAsTheArticleShows) {
  const auto root = answer_for("/", "tools.cisco.com", 0);
  EXPECT_EQ(root.status, 302);
  EXPECT_EQ(root.headers.front(), "Location: https://tools.cisco.com/healthcheck");
  EXPECT_EQ(answer_for("/healthcheck?x=1", "a.test", 0).status, 200);
  EXPECT_EQ(answer_for("https://a.test/healthcheck", "a.test", 0).status, 200);
  EXPECT_EQ(answer_for("https://a.test", "a.test", 0).status, 302);
  EXPECT_EQ(answer_for("/upload", "a.test", 1440).text, "received 1440 bytes\n");
  EXPECT_EQ(answer_for("/elsewhere", "a.test", 0).status, 404);
}

TEST(Routes, DownloadsHaveAnySizeUpToABound) {
  EXPECT_EQ(answer_for("/bytes/0", "a.test", 0).download_bytes, 0U);
  EXPECT_EQ(answer_for("/bytes/1099511627776", "a.test", 0).download_bytes, 1099511627776U);
  for (const auto* path : {"/bytes/", "/bytes/x", "/bytes/-1", "/bytes/1x", "/bytes/1/2"})
    EXPECT_EQ(answer_for(path, "a.test", 0).status, 404) << path;
  for (const auto* path :
       {"/bytes/1099511627777", "/bytes/9223372036854775808", "/bytes/99999999999999999999999"}) {
    const auto answer = answer_for(path, "a.test", 0);
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_EQ(answer.text, "misproxy's origin makes at most 1099511627776 bytes at /bytes/<n>\n");
  }
}

}  // namespace
}  // namespace misproxy
