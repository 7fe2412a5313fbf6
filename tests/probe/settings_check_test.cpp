#include "probe/settings_check.hpp"

#include <gmock/gmock.h>

#include "probe/written_proxy.hpp"

namespace misproxy::probe {
namespace {

using ::testing::HasSubstr;

CheckedSettings check(std::string proxy) {
  return check_settings({std::move(proxy), std::nullopt, std::nullopt, std::nullopt});
}

/// What is not ok, a line each.
std::string complaints(const CheckedSettings& checked) {
  std::string text;
  for (const auto& each : checked.checks) {
    if (each.level == SettingCheck::Level::ok) continue;
    text += std::string(word(each.level)) + " " + each.what + ": " + each.sentence + "\n";
  }
  return text;
}

TEST(WrittenProxy, TakesAUrlApart) {
  const auto whole = split_proxy("HTTP://joe:p%40ss@w@proxy.test:3128/x");
  EXPECT_EQ(whole.scheme, "http");
  EXPECT_EQ(whole.user, "joe");
  EXPECT_EQ(whole.password, "p@ss@w");
  EXPECT_EQ(whole.host, "proxy.test");
  EXPECT_EQ(whole.port, "3128");

  const auto bare = split_proxy("10.1.1.1");
  EXPECT_EQ(bare.host, "10.1.1.1");
  EXPECT_EQ(bare.port, std::nullopt);

  EXPECT_EQ(split_proxy("[::1]:80").host, "::1");
  EXPECT_EQ(split_proxy("[::1]:80").port, "80");
  EXPECT_EQ(split_proxy("::1").host, "::1");
  EXPECT_EQ(split_proxy("").host, "");
  EXPECT_EQ(split_proxy("http://").host, "");
  EXPECT_EQ(split_proxy("a%4").host, "a%4");
  EXPECT_EQ(split_proxy("u%4:x%@h:1").user, "u%4");
}

TEST(SettingsCheck, GoodSettingsAreAllOk) {
  for (const auto* good : {"http://proxy.test:3128", "10.1.1.1:80", "http://[2001:db8::1]:8080",
                           "http://joe:aZ0!\"#$&'()*+,-./;<=>?[]^_`{|}~:@proxy.test:1"}) {
    const auto checked = check(good);
    EXPECT_EQ(complaints(checked), "") << good;
    EXPECT_TRUE(checked.usable());
  }
  EXPECT_EQ(check("http://joe:pw@proxy.test:3128").proxy.text(), "proxy.test:3128");
}

TEST(SettingsCheck, WhatMakesAnAttemptImpossible) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"http://proxy.test", "error port: no port: HOST:PORT with 1 to 65535"},
      {"http://proxy.test:", "error port: no port"},
      {"http://proxy.test:0", "error port: `0` is no port: 1 to 65535\n"},
      {"http://proxy.test:65536", "error port: `65536` is no port"},
      {"http://proxy.test:80a", "error port: `80a` is no port"},
      {"http://:80", "error host: no host"},
      {"http://pro xy:80", "error host: `pro xy` is neither a host name nor an address\n"},
      {"socks5://proxy.test:1080", "error scheme: socks5:// is no HTTP proxy"},
  };
  for (const auto& [proxy, says] : cases) {
    const auto checked = check(proxy);
    EXPECT_THAT(complaints(checked), HasSubstr(says));
    EXPECT_FALSE(checked.usable()) << proxy;
  }
}

TEST(SettingsCheck, WhatTheFmcWouldNotTake) {
  const std::string name = std::string(60, 'a') + ".test";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"http://" + name + ":80",
       "warning length: the name has 65 characters; Smart Licensing takes at most 64"},
      {"https://proxy.test:443", "warning scheme: https:// means TLS to the proxy itself"},
      {"http://joe:a b@h:80", "warning password: it has a space (at byte 2): A-Z, a-z, 0-9"},
      {"http://joe:a%09@h:80", "warning password: it has a control character (at byte 2)"},
      {"http://joe:p\xc3\xa4@h:80",
       "warning password: it has a character that is not ASCII (at "
       "byte 2)"},
      {"http://joe@h:80", "warning password: a user without a password"},
      {"http://:pw@h:80", "warning user: a password without a user is not sent"},
      {"http://CORP\\joe:pw@h:80", "is how NTLM names a user: the FMC does not support NTLM"},
  };
  for (const auto& [proxy, says] : cases) {
    const auto checked = check(proxy);
    EXPECT_THAT(complaints(checked), HasSubstr(says));
    EXPECT_TRUE(checked.usable()) << proxy;
  }
}

TEST(SettingsCheck, NoPasswordIsEverShown) {
  const auto checked = check("http://joe:hush hush@h:80");
  for (const auto& each : checked.checks)
    EXPECT_EQ(each.sentence.find("hush"), std::string::npos) << each.sentence;
  EXPECT_EQ(checked.password, "hush hush");
}

TEST(SettingsCheck, FlagsCountMoreThanTheUrlAndThatMoreThanTheFile) {
  evidence::ProxySettings config;
  config.host = {"10.9.9.9", {}};
  config.port = {"80", {}};
  config.user = {"filed", {}};
  config.has_password = true;
  config.password = "of-file";

  const auto filed = check_settings({std::nullopt, std::nullopt, std::nullopt, config});
  EXPECT_EQ(filed.proxy.text(), "10.9.9.9:80");
  EXPECT_EQ(filed.user, "filed");
  EXPECT_EQ(filed.password, "of-file");

  const auto given = check_settings({"http://url:pw@10.1.1.1:3128", "flag", std::nullopt, config});
  EXPECT_EQ(given.proxy.text(), "10.1.1.1:3128");
  EXPECT_EQ(given.user, "flag");
  EXPECT_EQ(given.password, "pw");
  EXPECT_THAT(complaints(given),
              HasSubstr("the file has 10.9.9.9:80, and --proxy, which is tried, 10.1.1.1:3128"));
}

}  // namespace
}  // namespace misproxy::probe
