// Kinds of evidence that strangers bring: texts of few options, timings, phases, side connections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/conversation.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"
#include "support/captures.hpp"
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;
using testing::Contains;
using testing::HasSubstr;

diagnose::Diagnosis diagnosis_of(const std::vector<std::pair<const char*, std::string>>& files) {
  std::vector<diagnose::Exhibit> exhibits;
  for (const auto& [name, text] : files)
    exhibits.push_back({name, std::string_view(text)});
  auto read = diagnose::read_evidence(exhibits);
  EXPECT_TRUE(std::holds_alternative<diagnose::Observations>(read));
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read)));
}

diagnose::Diagnosis diagnosis_of(const std::string& text) {
  return diagnosis_of({{"evidence.txt", text}});
}

// --- tcpdump's text

/// `client` and `proxy` say so many bytes in turn, each with what tcpdump prints behind its length.
std::string line(const char* time, bool from_client, const std::string& words) {
  return std::string(time) +
         (from_client ? " IP 10.0.0.5.40001 > 10.0.0.9.3128: "
                      : " IP 10.0.0.9.3128 > 10.0.0.5.40001: ") +
         words + "\n";
}

const std::string kHandshake =
    line("10:00:00.000000", true, "Flags [S], seq 100, win 64240, options [mss 1460], length 0") +
    line("10:00:00.000300", false,
         "Flags [S.], seq 500, ack 101, win 65160, options [mss 1460], length 0") +
    line("10:00:00.000400", true, "Flags [.], ack 1, win 502, length 0") +
    line("10:00:00.000500", true,
         "Flags [P.], seq 1:121, ack 1, win 502, length 120: HTTP: CONNECT b.test:443 HTTP/1.1");

TEST(TcpdumpKinds, AStatusInSingleBytesIsNoOtherProtocol) {
  auto text = kHandshake;
  for (int i = 1; i < 8; ++i)
    text += line("10:00:00.100000", false,
                 "Flags [P.], seq " + std::to_string(i) + ":" + std::to_string(i + 1) +
                     ", ack 121, win 509, length 1: HTTP");
  EXPECT_NE(diagnosis_of(text).incident.id, "proxy-not-http");
}

TEST(TcpdumpKinds, ALineWithoutRoomForTheEmptyOneIsNoWholeHead) {
  const auto found = diagnosis_of(
      kHandshake +
      line("10:00:00.100000", false,
           "Flags [P.], seq 1:39, ack 121, win 509, length 38: HTTP: HTTP/1.1 200 Connection "
           "established") +
      line("10:00:00.100100", false, "Flags [F.], seq 39, ack 121, win 509, length 0"));
  EXPECT_EQ(found.incident.id, "proxy-reply-incomplete") << found.incident.headline;
}

TEST(TcpdumpKinds, WhoseEndDoesNotShowMayBeBrokenOff) {
  const auto reply = line("10:00:00.100000", false,
                          "Flags [P.], seq 1:51, ack 121, win 509, length 50: HTTP: HTTP/1.1 200 "
                          "Connection established");
  const auto closed = diagnosis_of(
      kHandshake + reply +
      line("10:00:00.100100", false, "Flags [F.], seq 51, ack 121, win 509, length 0"));
  EXPECT_EQ(closed.incident.confidence, Confidence::ambiguous) << closed.incident.headline;
  EXPECT_THAT(closed.incident.alternatives, Contains("proxy-reply-incomplete"));
  const auto silent =
      diagnosis_of(kHandshake + reply +
                   line("10:00:30.100100", true, "Flags [F.], seq 121, ack 51, win 509, length 0"));
  EXPECT_EQ(silent.incident.id, "proxy-answer-unread") << silent.incident.headline;
  EXPECT_THAT(silent.incident.alternatives, Contains("proxy-reply-incomplete"));
}

TEST(TcpdumpKinds, AClientThatLeavesBeforeTheServersFlightDidNotRefuseACertificate) {
  const auto found = diagnosis_of(
      kHandshake +
      line("10:00:00.100000", false,
           "Flags [P.], seq 1:100, ack 121, win 509, length 99: HTTP: HTTP/1.1 200 OK") +
      line("10:00:00.100100", true, "Flags [P.], seq 121:638, ack 100, win 502, length 517: HTTP") +
      line("10:00:00.100110", true, "Flags [F.], seq 638, ack 100, win 502, length 0") +
      line("10:00:00.110100", false,
           "Flags [P.], seq 100:800, ack 639, win 502, length 700: HTTP"));
  EXPECT_EQ(found.incident.id, "tls-handshake-ended");
  EXPECT_THAT(found.incident.alternatives, Contains("tls-not-tls"));
  EXPECT_THAT(found.incident.headline, HasSubstr("before the server's flight"));
}

TEST(TcpdumpKinds, StampsTellAPauseWhereTimesAreLeftOut) {
  const std::string front = "IP 10.0.0.5.40001 > 10.0.0.9.3128: ";
  const std::string back = "IP 10.0.0.9.3128 > 10.0.0.5.40001: ";
  const auto found = diagnosis_of(
      front + "Flags [S], seq 100, win 64240, options [mss 1460,TS val 1000 ecr 0], length 0\n" +
      back +
      "Flags [S.], seq 5, ack 101, win 65160, options [mss 1460,TS val 77 ecr 1000], length "
      "0\n" +
      front + "Flags [.], ack 1, win 502, options [nop,nop,TS val 1001 ecr 77], length 0\n" +
      front +
      "Flags [P.], seq 1:121, ack 1, win 502, options [nop,nop,TS val 1001 ecr 77], length 120: "
      "HTTP: CONNECT b.test:443 HTTP/1.1\n" +
      back + "Flags [.], ack 121, win 502, options [nop,nop,TS val 80 ecr 1001], length 0\n" +
      front +
      "Flags [F.], seq 121, ack 1, win 502, options [nop,nop,TS val 31001 ecr 80], length "
      "0\n");
  EXPECT_EQ(found.incident.id, "proxy-connect-stall");
  EXPECT_THAT(found.incident.headline, HasSubstr("30.0 s"));
  EXPECT_THAT(found.remarks, Contains(HasSubstr("TCP's time stamps")));
}

TEST(TcpdumpKinds, SizesAloneTellWhoIsSilent) {
  const auto unheard =
      diagnosis_of(line("10:00:00.0", true, "tcp 0") + line("10:00:01.0", true, "tcp 0") +
                   line("10:00:03.0", true, "tcp 0"));
  EXPECT_EQ(unheard.incident.id, "proxy-syn-unanswered");
  const auto waiting =
      diagnosis_of(line("10:00:00.0", true, "tcp 0") + line("10:00:00.1", false, "tcp 0") +
                   line("10:00:00.2", true, "tcp 0") + line("10:00:00.3", true, "tcp 120") +
                   line("10:00:30.0", true, "tcp 0"));
  EXPECT_EQ(waiting.incident.id, "proxy-connect-stall");
  EXPECT_EQ(waiting.incident.confidence, Confidence::ambiguous);
}

// --- the incident

TEST(Incident, IsNotARefusedSideConnection) {
  std::string side;
  for (const auto* port : {"41000", "41001", "41002"})
    side += "10:00:02.000000 IP 10.0.0.5." + std::string(port) +
            " > 10.0.0.9.9: Flags [S], seq 7, win 64240, length 0\n10:00:02.000100 IP 10.0.0.9.9 > "
            "10.0.0.5." +
            port + ": Flags [R.], seq 0, ack 8, win 0, length 0\n";
  const auto found = diagnosis_of(
      kHandshake +
      line("10:00:01.000000", false,
           "Flags [P.], seq 1:80, ack 121, win 509, length 79: HTTP: HTTP/1.1 504 Gateway "
           "Timeout") +
      side);
  EXPECT_EQ(found.incident.id, "proxy-gateway-timeout") << found.incident.headline;
}

TEST(Incident, SaysThatTheFilesNameOtherAddresses) {
  const auto found = diagnosis_of(
      {{"c.txt", kHandshake + line("10:00:01.000000", false,
                                   "Flags [P.], seq 1:80, ack 121, win 509, length 79: HTTP: "
                                   "HTTP/1.1 403 Forbidden")},
       {"curl.log",
        "*   Trying 192.0.2.9:3128...\n* Connected to 192.0.2.9 (192.0.2.9) port 3128 (#0)\n"
        "* Establish HTTP proxy tunnel to b.test:443\n> CONNECT b.test:443 HTTP/1.1\n>\n"
        "curl: (28) Operation timed out\n"}});
  EXPECT_EQ(found.incident.id, "proxy-denied") << found.incident.headline;
  EXPECT_THAT(found.remarks, Contains(HasSubstr("the addresses in one of them were changed")));
}

// --- whole answers

diagnose::Diagnosis diagnosis_of(const std::vector<std::pair<Side, std::string>>& said,
                                 Ending ending) {
  Conversation talk(kClient, kProxy, 7);
  auto packets = talk.opened();
  for (const auto& [side, bytes] : said) {
    for (auto& packet : talk.sent(side, bytes))
      packets.push_back(std::move(packet));
  }
  for (auto& packet : talk.ended(Side::server, ending))
    packets.push_back(std::move(packet));
  const auto capture = pcapng_file(packets);
  return diagnosis_of({{"talk.pcapng", capture}});
}

const std::string kGet = "GET http://b.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n";

TEST(WholeAnswers, AreNotLostToAResetBehindThem) {
  for (const auto* answer : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0"
                             "\r\n\r\n"})
    EXPECT_EQ(diagnosis_of({{Side::client, kGet}, {Side::server, answer}}, Ending::rst).incident.id,
              "healthy")
        << answer;
  EXPECT_EQ(diagnosis_of({{Side::client, kGet},
                          {Side::server, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"}},
                         Ending::rst)
                .incident.id,
            "reset-mid-transfer");
}

TEST(Tunnels, AGreetingMayRefuse) {
  const auto found =
      diagnosis_of({{Side::client, "CONNECT b.test:25 HTTP/1.1\r\nHost: b.test:25\r\n\r\n"},
                    {Side::server, "HTTP/1.1 200 Connection established\r\n\r\n"},
                    {Side::server, "554 No SMTP service here\r\n"}},
                   Ending::fin);
  EXPECT_EQ(found.incident.id, "origin-status") << found.incident.headline;
}

// --- whose credentials

const std::string kStrace =
    "connect(5, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.1.1.1\")}, 16) = "
    "0\n"
    "sendto(5, \"GET http://b.test/ HTTP/1.1\\r\\nHost: b.test\\r\\nAuthorization: Basic "
    "YTpi\\r\\n\\r\\n\", 90, MSG_NOSIGNAL, NULL, 0) = 90\n"
    "recvfrom(5, \"HTTP/1.1 407 Proxy Authentication Required\\r\\n\\r\\n\", 16384, 0, NULL, NULL) "
    "= 50\n";

TEST(ServerCredentials, AreRemarkedWhereverTheyAreSeen) {
  const auto remarked = Contains(HasSubstr("-u"));
  EXPECT_THAT(diagnosis_of(kStrace).remarks, remarked);
  EXPECT_THAT(diagnosis_of("* Uses proxy env variable https_proxy == 'http://10.1.1.1:3128'\n"
                           "*   Trying 10.1.1.1:3128...\n"
                           "* Connected to 10.1.1.1 (10.1.1.1) port 3128 (#0)\n"
                           "* Server auth using Basic with user 'bob'\n"
                           "> CONNECT b.test:443 HTTP/1.1\n>\n< HTTP/1.1 200 OK\n<\n")
                  .remarks,
              remarked);
  EXPECT_THAT(diagnosis_of({{Side::client,
                             "GET http://b.test/ HTTP/1.1\r\nAuthorization: Basic YTpi\r\n\r\n"},
                            {Side::server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}},
                           Ending::fin)
                  .remarks,
              remarked);
  EXPECT_THAT(diagnosis_of("We tried: curl -u bob:x -x 10.1.1.1:3128 -I https://b.test/ and got\n"
                           "HTTP/1.1 407 Proxy Authentication Required\n\n")
                  .remarks,
              remarked);
  EXPECT_THAT(diagnosis_of(
                  {{Side::client, "GET http://b.test/ HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n"},
                   {Side::server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}},
                  Ending::fin)
                  .remarks,
              testing::Not(remarked));
}

// --- logs

std::string har(const std::string& response, const std::string& timings) {
  return "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Firefox\"},\"entries\":[{\"time\":"
         "1,"
         "\"request\":{\"method\":\"GET\",\"url\":\"https://b.test/"
         "\",\"headers\":[]},\"response\":{" +
         response + ",\"headers\":[]},\"timings\":{" + timings + "}}]}}\n";
}

const Wording kKinds[] = {
    {"har_connects_in_vain", har("\"status\":0", "\"connect\":21000,\"wait\":0"),
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"har_waits_in_vain", har("\"status\":0", "\"connect\":20,\"wait\":300000"), "response-stall",
     Confidence::ambiguous},
    {"har_breaks_off",
     har("\"status\":200,\"_error\":\"net::ERR_CONNECTION_CLOSED\"", "\"wait\":4"), "truncated",
     Confidence::ambiguous},
    {"timings_without_connection", "time_connect: 0.000s\ntime_total: 130.200s\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"timings_refused", "time_connect=0.000 time_appconnect=0.000 time_total=0.002\n",
     "proxy-refused", Confidence::ambiguous},
    {"timings_without_tls",
     "   time_connect:  0.012s\ntime_appconnect:  0.000s\ntime_starttransfer: 0.000s\n  "
     "time_total: "
     " 30.001s\n",
     "tls-no-server-hello", Confidence::ambiguous},
    {"timings_without_response", "connect=0.002 tls=0.040 ttfb=0.000 total=60.010\n",
     "response-stall", Confidence::ambiguous},
    {"timings_of_a_close", "connect=0.002 tls=0.040 ttfb=0.000 total=0.060\n", "empty-reply",
     Confidence::ambiguous},
    {"timings_beside_an_exit_code",
     "http_connect=200 http_code=000 time_connect=0.000 time_appconnect=0.000 time_total=0.005 "
     "exitcode=60\n",
     "tls-cert-refused", Confidence::ambiguous},
    {"json_tells_the_phase",
     "{\"errormsg\":\"Operation timed out after 4001 milliseconds with 0 bytes received\","
     "\"exitcode\":28,\"http_code\":0,\"http_connect\":200,\"time_appconnect\":0.005,"
     "\"time_connect\":0.001,\"time_starttransfer\":0.0,\"time_total\":4.001}\n",
     "response-stall", Confidence::ambiguous},
    {"nothing_came_in_tls", "http_connect=200 http_code=000 exitcode=52\n", "empty-reply",
     Confidence::ambiguous},
    {"curl_counts_the_connect_as_connecting",
     "curl: (28) Connection timed out after 4001 milliseconds\n", "proxy-syn-unanswered",
     Confidence::ambiguous},
    {"wget_alone_is_refused",
     "Proxy tunneling failed: ForbiddenUnable to establish SSL connection.\n", "proxy-denied",
     Confidence::ambiguous},
    {"wget_debug_is_refused",
     "--2026-11-28 16:03:50--  https://b.test/\nConnecting to 10.9.8.7:3128... Closed fd 4\n"
     "failed: Connection refused.\n",
     "proxy-refused", Confidence::certain},
    {"wget_waits_for_more",
     "--2026-11-28 16:05:20--  http://b.test/x\nConnecting to 10.9.8.7:3128... connected.\nProxy "
     "request sent, awaiting response... 200 OK\nLength: 300000 (293K)\n\n2026-11-28 16:05:24 "
     "(89.8 MB/s) - Read error at byte 100000/300000 (Connection timed out). Giving up.\n\n",
     "download-stall", Confidence::ambiguous},
    {"npm_gets_no_reply",
     "npm error code FETCH_ERROR\nnpm error request to https://r.a.test/x failed, reason: Proxy "
     "connection ended before receiving CONNECT response\n",
     "proxy-closed-without-reply", Confidence::ambiguous},
    {"npm_is_closed_in_tls",
     "npm error code ECONNRESET\nnpm error errno ECONNRESET\nnpm error network request to "
     "https://r.a.test/x failed, reason: Client network socket disconnected before secure TLS "
     "connection was established\n",
     "tls-closed", Confidence::ambiguous},
    {"strace_reads_single_bytes",
     "connect(5, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.1.1.1\")}, 16) "
     "= 0\nsendto(5, \"CONNECT b.test:443 HTTP/1.1\\r\\n\\r\\n\", 40, MSG_NOSIGNAL, NULL, 0) = 40\n"
     "recvfrom(5, \"H\", 1, 0, NULL, NULL)      = 1\nrecvfrom(5, \"TTP/1.1 403 No\", 14, 0, NULL, "
     "NULL) = 14\nrecvfrom(5, \"\\r\", 1, 0, NULL, NULL)     = 1\nrecvfrom(5, \"\\n\", 1, 0, NULL, "
     "NULL)     = 1\n",
     "proxy-denied", Confidence::certain},
    {"strace_sees_another_protocol",
     "connect(5, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.1.1.1\")}, 16) "
     "= 0\nsendto(5, \"CONNECT b.test:443 HTTP/1.1\\r\\n\\r\\n\", 40, MSG_NOSIGNAL, NULL, 0) = 40\n"
     "recvfrom(5, \"SSH-2.0-OpenSSH_9.2\\r\\n\", 100, 0, NULL, NULL) = 21\n",
     "proxy-not-http", Confidence::certain},
    {"strace_results_stand_in_a_column",
     "connect(5, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.1.1.1\")}, 16) "
     "= 0\nsendto(5, \"CONNECT b.test:443 HTTP/1.1\\r\\n\\r\\n\", 40, MSG_NOSIGNAL, NULL, 0) = 40\n"
     "read(5, \"\", 16384)                     = 0\n",
     "proxy-closed-without-reply", Confidence::certain},
    {"squid_is_left",
     "1700000060.123 3002 10.0.0.5 TCP_MISS_ABORTED/000 0 GET http://b.test/ - "
     "HIER_DIRECT/192.0.2.1 -\n",
     "client-abort", Confidence::ambiguous},
    {"squid_does_not_take_them",
     "1700000060.123 0 10.0.0.5 TCP_DENIED/407 3890 CONNECT b.test:443 bob HIER_NONE/- text/html\n",
     "proxy-auth-rejected", Confidence::certain},
    {"squid_wants_tls",
     "2026/11/28 10:00:00 kid1| ERROR: failure while accepting a TLS connection on conn9 "
     "local=10.0.0.9:3129 remote=10.0.0.5:40001 FD 12 flags=1: "
     "SQUID_TLS_ERR_ACCEPT+TLS_LIB_ERR=A00009C+TLS_IO_ERR=1\n",
     "proxy-closed-without-reply", Confidence::ambiguous},
    {"curl_may_be_direct",
     "*   Trying 10.9.9.9:8443...\n* connect to 10.9.9.9 port 8443 failed: Connection refused\n"
     "* Failed to connect to b.test port 8443 after 2 ms: Couldn't connect to server\n"
     "curl: (7) Failed to connect to b.test port 8443 after 2 ms: Couldn't connect to server\n",
     "proxy-refused", Confidence::ambiguous},
};

class Kinds : public Wordings {};

TEST_P(Kinds, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, Kinds, testing::ValuesIn(kKinds), name_of);

TEST(Squid, AChallengeThatIsAnsweredIsNoFailure) {
  const auto found = diagnosis_of(
      "1700000000.123 0 10.0.0.5 TCP_DENIED/407 3890 CONNECT b.test:443 - HIER_NONE/- text/html\n"
      "1700000000.223 120 10.0.0.5 TCP_TUNNEL/200 6832 CONNECT b.test:443 bob HIER_DIRECT/1.2.3.4 "
      "-\n");
  EXPECT_NE(found.incident.outcome(), diagnose::Outcome::fails) << found.incident.headline;
}

}  // namespace
}  // namespace misproxy::test
