// The logs of real cases, against what case.json knows of them.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <filesystem>

#include "evidence/curl_log.hpp"
#include "evidence/recognize.hpp"
#include "evidence/texts.hpp"
#include "evidence/wget_log.hpp"

namespace misproxy::evidence {
namespace {

namespace fs = std::filesystem;
using test::capture_folder;
using test::file_text;

std::vector<fs::path> logs() {
  std::vector<fs::path> found;
  for (const auto& folder : fs::directory_iterator(capture_folder())) {
    for (const auto* name : {"case.curl", "case.client"}) {
      if (fs::exists(folder.path() / name)) found.push_back(folder.path() / name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<int> numbers(const boost::json::value& observed, const char* key) {
  std::vector<int> values;
  for (const auto& value : observed.at(key).as_array())
    values.push_back(static_cast<int>(value.as_int64()));
  return values;
}

TEST(RealLogs, ExitCodesAndStatusesAreThoseOfTheCase) {
  ASSERT_GE(logs().size(), 49U);
  for (const auto& path : logs()) {
    SCOPED_TRACE(path.string());
    const auto truth = boost::json::parse(file_text(path.parent_path() / "case.json"));
    const auto reports = read_curl_log(file_text(path), "case.curl");
    std::vector<int> exits;
    std::vector<int> statuses;
    for (const auto& report : reports) {
      EXPECT_FALSE(report.command.empty());
      if (report.exit) exits.push_back(report.exit->value);
      for (const auto& connection : report.connections) {
        if (connection.connect_reply) statuses.push_back(connection.connect_reply->status);
      }
    }
    EXPECT_EQ(exits, numbers(truth.at("observed"), "exit"));
    // A capture that begins in the middle, or TLS towards a plain proxy: there the log tells more
    // or less than the wire.
    const auto known = numbers(truth.at("observed"), "proxy_http");
    const auto name = path.parent_path().filename();
    if (name == "stall-dl-midcapture") {
      EXPECT_THAT(statuses, testing::ElementsAre(200));
    } else if (name == "bad-tls-to-plain-tinyproxy") {
      EXPECT_TRUE(statuses.empty());
    } else {
      EXPECT_EQ(statuses, known);
    }
  }
}

TEST(RealLogs, CitationsQuoteTheLineThatTheyName) {
  for (const auto& path : logs()) {
    SCOPED_TRACE(path.string());
    const auto text = file_text(path);
    for (const auto& report : read_curl_log(text, "case.curl")) {
      ASSERT_TRUE(report.exit);
      const auto& where = report.exit->where;
      std::size_t at = 0;
      for (std::uint64_t line = 1; line < where.number; ++line)
        at = text.find('\n', at) + 1;
      EXPECT_EQ(text.substr(at, where.quote.size()), where.quote);
      EXPECT_EQ(where.file, "case.curl");
    }
  }
}

TEST(RealLogs, AreRecognizedAsCurlsAlone) {
  for (const auto& path : logs()) {
    EXPECT_THAT(recognize(file_text(path)), testing::ElementsAre(Form::curl_log)) << path;
    EXPECT_TRUE(read_wget_log(file_text(path), "w").empty()) << path;
  }
}

ClientReport only_report_of(const std::string& slug) {
  const auto reports = read_curl_log(file_text(capture_folder() + "/" + slug + "/case.curl"), "c");
  EXPECT_EQ(reports.size(), 1U);
  return reports.empty() ? ClientReport{} : reports.front();
}

TEST(RealLogs, AProgressMeterIsNoPartOfWhatFollowsIt) {
  const auto report = only_report_of("stall-dl-midcapture");
  EXPECT_EQ(report.connections.at(0).trying->quote, "*   Trying 10.10.10.1:80...");
  EXPECT_EQ(report.timed_out_after->value, std::chrono::seconds(14));
  EXPECT_EQ(
      report.timed_out_after->where.quote,
      "* Operation timed out after 14000 milliseconds with 184062 out of 400000 bytes received");
  EXPECT_EQ(report.bytes_received->value, 184062U);
  EXPECT_EQ(report.bytes_expected->value, 400000U);
}

TEST(RealLogs, BytesOfATruncatedBodyAreReckonedFromTheMissingOnes) {
  const auto report = only_report_of("trunc-content-length");
  EXPECT_EQ(report.bytes_missing->value, 160000U);
  EXPECT_EQ(report.bytes_received->value, 90000U);
  EXPECT_EQ(report.bytes_expected->value, 250000U);
}

TEST(RealLogs, TheMeterTellsWhatNothingElseDoes) {
  const auto report = only_report_of("rst-fw-mid");
  EXPECT_EQ(report.bytes_received->value, 111U * 1024);
  EXPECT_EQ(report.connections.at(0).problem->value,
            "OpenSSL SSL_read: Connection reset by peer, errno 104");
}

TEST(RealLogs, CertificatesAndAlerts) {
  const auto wrong_host = only_report_of("cert-wronghost").connections.at(0);
  EXPECT_THAT(wrong_host.verify_error->value, testing::HasSubstr("no alternative"));
  EXPECT_EQ(wrong_host.subject->value, "CN=www.example.net; O=Holdout Test");
  EXPECT_EQ(wrong_host.expires->value, "Dec 28 04:33:00 2027 GMT");
  const auto expired = only_report_of("cert-expired-tls13").connections.at(0);
  EXPECT_EQ(expired.verify_error->value, "certificate has expired");
  EXPECT_EQ(expired.tls.back().kind, LoggedTls::Kind::alert);
  EXPECT_TRUE(expired.tls.back().sent);
  EXPECT_EQ(expired.tls.back().code, 45);
  const auto refused = only_report_of("tls-no-shared-cipher").connections.at(0);
  EXPECT_FALSE(refused.tls.back().sent);
  EXPECT_EQ(refused.tls.back().code, 40);
}

TEST(RealLogs, TlsTowardsTheProxyIsNotThatOfTheOrigin) {
  const auto connection = only_report_of("bad-tls-to-plain-tinyproxy").connections.at(0);
  EXPECT_TRUE(connection.tls_to_proxy);
  EXPECT_EQ(connection.proxy_tls.size(), 1U);
  EXPECT_TRUE(connection.tls.empty());
  EXPECT_FALSE(connection.connect);
}

TEST(RealLogs, TheRest) {
  EXPECT_EQ(only_report_of("dns-nxdomain").unresolved_proxy->value, "proxy.example.com");
  EXPECT_TRUE(only_report_of("dns-nxdomain").connections.empty());
  EXPECT_EQ(only_report_of("refused-no-listener").connections.at(0).failed->value,
            "Connection refused");
  EXPECT_EQ(only_report_of("icmp-prohibited").connections.at(0).failed->value, "No route to host");
  EXPECT_EQ(only_report_of("synack-drop").connections.at(0).failed->value, "Connection timed out");
  EXPECT_EQ(only_report_of("nothttp-ftp").connections.at(0).not_http->value, "220 (vsFTPd 3.0.3)");
  EXPECT_TRUE(only_report_of("client-ctrl-c").interrupted);
  EXPECT_EQ(only_report_of("slow-trickle-origin").slower_than->value, 4000U);
  EXPECT_EQ(only_report_of("auth-ntlm-only-digest-client").connections.at(0).proxy_auth->value,
            "Digest");
  const auto kept_alive = only_report_of("ok-tinyproxy-keepalive").connections.at(0);
  EXPECT_EQ(kept_alive.earlier_responses.size(), 2U);
  EXPECT_EQ(kept_alive.response->status, 200);
  const auto upload = only_report_of("mtu-bh-up").connections.at(0);
  EXPECT_EQ(upload.earlier_responses.at(0).status, 100);
  EXPECT_FALSE(upload.response);
}

}  // namespace
}  // namespace misproxy::evidence
