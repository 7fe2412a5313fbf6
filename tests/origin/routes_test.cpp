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

TEST(Routes, DownloadsHaveAnySize) {
  EXPECT_EQ(answer_for("/bytes/0", "a.test", 0).download_bytes, 0U);
  EXPECT_EQ(answer_for("/bytes/9223372036854775807", "a.test", 0).download_bytes,
            9223372036854775807U);
  for (const auto* path :
       {"/bytes/", "/bytes/x", "/bytes/-1", "/bytes/1x", "/bytes/9223372036854775808",
        "/bytes/99999999999999999999999", "/bytes/1/2"}) {
    EXPECT_EQ(answer_for(path, "a.test", 0).status, 404) << path;
  }
}

}  // namespace
}  // namespace misproxy
