#include "proxy/request_target.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(RequestTarget, HostsAreFolded) {
  EXPECT_EQ(folded_host("Tools.CISCO.com."), "tools.cisco.com");
  EXPECT_EQ(folded_host("a"), "a");
  EXPECT_EQ(folded_host("."), "");
}

TEST(RequestTarget, IsWrittenDownWithoutAUser) {
  EXPECT_EQ(without_user("http://me:secret@a.test/x@y"), "http://***@a.test/x@y");
  EXPECT_EQ(without_user("me:se@cret@a.test:443"), "***@a.test:443");
  for (const auto* target : {"http://a.test/@x", "a.test:443", "/", "", "*", "http://"})
    EXPECT_EQ(without_user(target), target);
}

TEST(RequestTarget, AnAbsoluteFormNamesAHostAndAPort) {
  EXPECT_EQ(absolute_form_host("http://a.test/x?y"), (Endpoint{"a.test", 80}));
  EXPECT_EQ(absolute_form_host("http://a.test:8080"), (Endpoint{"a.test", 8080}));
  EXPECT_EQ(absolute_form_host("http://[::1]:1/"), (Endpoint{"::1", 1}));
  for (const auto* target : {"", "/", "a.test:80", "https://a.test/", "http://", "http:///x"})
    EXPECT_EQ(absolute_form_host(target), std::nullopt) << target;
}

}  // namespace
}  // namespace misproxy
