#include "origin/file_path.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(FilePath, NamesWhatStandsBelowAFolder) {
  EXPECT_EQ(file_path("/a"), "a");
  EXPECT_EQ(file_path("/a/b.sh?x=/../y#z"), "a/b.sh");
  EXPECT_EQ(file_path("https://a.test/a%20b/c%2Bd"), "a b/c+d");
  EXPECT_EQ(file_path("/..."), "...");
  EXPECT_EQ(file_path("/a..b"), "a..b");
  EXPECT_EQ(file_path("/%252e%252e/x"), "%2e%2e/x") << "decoded once, and no further";
}

TEST(FilePath, NeverLeadsOutOfIt) {
  for (const auto* target : {"/",
                             "/..",
                             "/../x",
                             "/a/../x",
                             "/a/..",
                             "/./x",
                             "/a/.",
                             "//x",
                             "/a//b",
                             "/a/",
                             "/%2e%2e/x",
                             "/%2E./x",
                             "/.%2e/x",
                             "/a/%2e%2e",
                             "/%2e/x",
                             "/a%2fb",
                             "/..%2fx",
                             "/a%00",
                             "/%00",
                             "/a%0",
                             "/a%",
                             "/a%zz",
                             "",
                             "*",
                             "x",
                             "..",
                             "../x",
                             "https://a.test",
                             "https://a.test/../x"}) {
    EXPECT_EQ(file_path(target), std::nullopt) << target;
  }
}

}  // namespace
}  // namespace misproxy
