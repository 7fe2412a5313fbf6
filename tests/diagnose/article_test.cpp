// Each block of the article that troubleshoots an FMC behind a proxy, pasted as it stands: the
// diagnosis says what the article says, and where the article is wrong, why.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

diagnose::Diagnosis diagnosis_of_article(const std::string& text) {
  const auto read = diagnose::read_evidence({{"pasted", text}});
  if (const auto* why = std::get_if<diagnose::Unusable>(&read)) {
    ADD_FAILURE() << why->sentence;
    return {};
  }
  return diagnose::diagnose(std::get<diagnose::Observations>(read));
}

std::string section(const std::string& name) {
  std::ifstream file(std::string(MISPROXY_SOURCE_DIR) + "/tests/capture/article/" + name + ".txt");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool remarks(const diagnose::Diagnosis& diagnosis, std::string_view words) {
  for (const auto& remark : diagnosis.remarks) {
    if (remark.find(words) != std::string::npos) return true;
  }
  return false;
}

TEST(Article, ItsSuccessIsHealthy) {
  const auto diagnosis = diagnosis_of_article(section("success"));
  EXPECT_EQ(diagnosis.incident.id, "healthy") << diagnosis.incident.headline;
}

TEST(Article, ItsAccessListDenies) {
  const auto diagnosis = diagnosis_of_article(section("acl-denial"));
  EXPECT_EQ(diagnosis.incident.id, "proxy-denied") << diagnosis.incident.headline;
}

TEST(Article, ItsTimeoutIsNotThePaths) {
  const auto diagnosis = diagnosis_of_article(section("timeout"));
  EXPECT_EQ(diagnosis.incident.id, "response-stall") << diagnosis.incident.headline;
  ASSERT_FALSE(diagnosis.incident.next.empty());
  EXPECT_NE(diagnosis.incident.next[0].find("acknowledged"), std::string::npos);
}

TEST(Article, ItsRstIsNoSignOfAnMtu) {
  const auto diagnosis = diagnosis_of_article(section("mtu"));
  EXPECT_EQ(diagnosis.incident.id, "reset-on-large-segment") << diagnosis.incident.headline;
  ASSERT_FALSE(diagnosis.incident.next.empty());
  EXPECT_NE(diagnosis.incident.next[0].find("A drop never makes a RST"), std::string::npos);
  EXPECT_TRUE(remarks(diagnosis, "length 1514 is more than the MSS of 1460"));
}

TEST(Article, ItsCommandGivesTheProxyNoCredentials) {
  const auto diagnosis = diagnosis_of_article(
      "curl -u proxyuser:proxypass --proxy http://proxy.example.com:80 https://example.com\n");
  EXPECT_EQ(diagnosis.incident.id, "server-credentials-not-proxy") << diagnosis.incident.headline;
}

TEST(Article, ItsCheckOfTheProxyWorks) {
  const auto diagnosis = diagnosis_of_article(
      "admin@fmc:~$ curl -x http://10.10.10.1:80 -I https://tools.cisco.com\n"
      "HTTP/1.1 200 Connection established\n");
  EXPECT_EQ(diagnosis.incident.id, "healthy") << diagnosis.incident.headline;
}

TEST(Article, AHeadAloneIsTheProxysAsFarAsItShows) {
  const auto diagnosis = diagnosis_of_article(
      "HTTP/1.1 403 Forbidden\nContent-Type: text/html\nContent-Length: 123\nConnection: close\n");
  EXPECT_EQ(diagnosis.incident.id, "proxy-denied") << diagnosis.incident.headline;
  EXPECT_EQ(diagnosis.incident.confidence, diagnose::Confidence::ambiguous);
}

TEST(Article, ItsSettingsAndSocketsAloneProveNothing) {
  const auto diagnosis = diagnosis_of_article(
      "admin@fmc:~$ cat /etc/sf/iprep_proxy.conf\niprep_proxy {\nPROXY_HOST 10.10.10.1;\n"
      "PROXY_PORT 80;\n}\nadmin@fmc:~$ netstat -na | grep 10.10.10.1\n"
      "tcp 0 0 10.40.40.1:40220 10.10.10.1:80 ESTABLISHED\n");
  EXPECT_EQ(diagnosis.incident.id, "not-enough-evidence") << diagnosis.incident.headline;
}

TEST(Article, ANameOfMoreThan64CharactersIsSaid) {
  const auto diagnosis = diagnosis_of_article("iprep_proxy {\nPROXY_HOST " + std::string(61, 'p') +
                                              ".example.com;\nPROXY_PORT 80;\n}\n");
  EXPECT_EQ(diagnosis.incident.id, "proxy-name-too-long") << diagnosis.incident.headline;
}

TEST(Article, AConnectToAnAddressDefeatsListsOfNames) {
  const auto diagnosis = diagnosis_of_article(
      "CONNECT 72.163.4.161:443 HTTP/1.1\nHost: 72.163.4.161:443\n\n"
      "HTTP/1.1 403 Forbidden\nConnection: close\n");
  EXPECT_EQ(diagnosis.incident.id, "proxy-denied") << diagnosis.incident.headline;
  EXPECT_TRUE(remarks(diagnosis, "names an address"));
}

}  // namespace
}  // namespace misproxy::test
