#include "origin/routes.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(Routes, AnswerAsTheArticleShows) {
  const auto root = answer_for({"GET", "/", 0}, "https://tools.cisco.com");
  EXPECT_EQ(root.status, 302);
  EXPECT_EQ(root.headers.front(), "Location: https://tools.cisco.com/healthcheck");
  EXPECT_EQ(answer_for({"GET", "/healthcheck?x=1", 0}, "a.test").status, 200);
  EXPECT_EQ(answer_for({"GET", "https://a.test/healthcheck", 0}, "a.test").status, 200);
  EXPECT_EQ(answer_for({"GET", "https://a.test", 0}, "a.test").status, 302);
  EXPECT_EQ(answer_for({"GET", "/healthcheck?next=https://b.test/x", 0}, "a.test").status, 200);
  EXPECT_EQ(answer_for({"GET", "/upload", 1440, "00ff"}, "a.test").text,
            "received 1440 bytes, SHA-256 00ff\n");
  EXPECT_EQ(answer_for({"GET", "/elsewhere", 0}, "a.test").status, 404);
}

TEST(Routes, DownloadsHaveAnySizeUpToABound) {
  const auto answer = [](std::string_view path) { return answer_for({"GET", path, 0}, "a.test"); };
  EXPECT_EQ(answer("/bytes/0").download_bytes, 0U);
  EXPECT_EQ(answer("/bytes/1099511627776").download_bytes, 1099511627776U);
  for (const auto* path : {"/bytes/", "/bytes/x", "/bytes/-1", "/bytes/1x", "/bytes/1/2"})
    EXPECT_EQ(answer(path).status, 404) << path;
  for (const auto* path :
       {"/bytes/1099511627777", "/bytes/9223372036854775808", "/bytes/99999999999999999999999"}) {
    EXPECT_EQ(answer(path).status, 400) << path;
    EXPECT_EQ(answer(path).text,
              "misproxy's origin makes at most 1099511627776 bytes at /bytes/<n>\n");
  }
}

TEST(Routes, HaveTheirMethods) {
  const auto status = [](std::string_view method, std::string_view target) {
    return answer_for({method, target}, "a.test").status;
  };
  for (const auto* path : {"/", "/healthcheck", "/bytes/10"}) {
    for (const auto* method : {"PUT", "DELETE", "TRACE", "PROPFIND", "POST", "PATCH", "CONNECT"})
      EXPECT_EQ(status(method, path), 405) << method << path;
    EXPECT_EQ(status("OPTIONS", path), 204);
    EXPECT_EQ(status("HEAD", path), path == std::string_view("/") ? 302 : 200);
  }
  for (const auto* method : {"GET", "HEAD", "POST", "PUT"})
    EXPECT_EQ(status(method, "/upload"), 200);
  EXPECT_EQ(status("DELETE", "/upload"), 405);
  EXPECT_EQ(status("OPTIONS", "*"), 204);
  EXPECT_EQ(status("BREW", "/"), 501);
  EXPECT_EQ(status("get", "/"), 501) << "methods are case-sensitive";
  EXPECT_EQ(status("PUT", "/elsewhere"), 404);
  EXPECT_EQ(answer_for({"PUT", "/healthcheck"}, "a.test").headers.back(),
            "Allow: GET, HEAD, OPTIONS");
  EXPECT_EQ(answer_for({"OPTIONS", "/upload"}, "a.test").headers.back(),
            "Allow: GET, HEAD, OPTIONS, POST, PUT");
}

}  // namespace
}  // namespace misproxy
