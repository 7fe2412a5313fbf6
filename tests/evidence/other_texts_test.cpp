// iprep_proxy.conf, netstat and ss, misproxy's own trace.
#include <gmock/gmock.h>

#include "evidence/proxy_settings.hpp"
#include "evidence/socket_table.hpp"
#include "evidence/texts.hpp"
#include "evidence/trace_file.hpp"

namespace misproxy::evidence {
namespace {

TEST(ProxySettings, OfTheRealCases) {
  const auto text = test::file_text(test::capture_folder() + "/dns-nxdomain/case.conf");
  const auto settings = read_proxy_settings(text, "case.conf");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->host->value, "proxy.example.com");
  EXPECT_EQ(settings->host->where.number, 3U);
  EXPECT_EQ(settings->port->value, "8080");
  EXPECT_FALSE(settings->user);
  EXPECT_TRUE(settings->unknown.empty());
}

TEST(ProxySettings, WithMistakes) {
  const auto settings = read_proxy_settings(
      "PROXY_HOST 10.10.10.1\r\nPROXY_PORT eighty;\r\nPROXY_USER \"fmc user\";\r\n"
      "PROXY_PASS s;\r\nPROXY_HOTS x;\r\nSome prose: with a sentence.\r\nand more;\r\n",
      "f");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->host->value, "10.10.10.1");
  EXPECT_EQ(settings->port->value, "eighty");
  EXPECT_EQ(settings->user->value, "fmc user");
  EXPECT_TRUE(settings->has_password);
  ASSERT_EQ(settings->unknown.size(), 1U);
  EXPECT_EQ(settings->unknown[0].value, "PROXY_HOTS x;");
}

TEST(ProxySettings, OnOneLineEmptyAndAbsent) {
  const auto line = read_proxy_settings("iprep_proxy { PROXY_HOST a; }\n", "f");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->host->value, "a");
  const auto empty = read_proxy_settings("iprep_proxy {\n}\n", "f");
  ASSERT_TRUE(empty);
  EXPECT_FALSE(empty->host);
  EXPECT_FALSE(read_proxy_settings("verify iprep_proxy.conf to ensure\n* a\n", "f"));
}

TEST(SocketTable, Netstat) {
  const auto rows = read_socket_table(
      "admin@fmc:~$ netstat -na | grep 10.10.10.1\n"
      "Proto Recv-Q Send-Q Local Address           Foreign Address         State\n"
      "tcp        0    122 10.40.40.1:48584        10.10.10.1:80           ESTABLISHED\n"
      "tcp6       7      0 ::ffff:10.40.40.1:1     2001:db8::1:80          CLOSE_WAIT  123/curl\n"
      "tcp 0 0 10.40.40.1:40220 10.10.10.1:80 ESTABLISHED\n"
      "tcp4       0      0 10.40.40.1.48584       10.10.10.1.80          FIN_WAIT_1\n"
      "udp        0      0 0.0.0.0:68              0.0.0.0:*\n"
      "unix  2      [ ACC ]     STREAM     LISTENING     12345    /run/x\n",
      "n");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].send_queue, 122U);
  EXPECT_EQ(rows[0].where.number, 3U);
  EXPECT_EQ(rows[1].local, "10.40.40.1:1");
  EXPECT_EQ(rows[1].receive_queue, 7U);
  EXPECT_EQ(rows[1].state, "CLOSE_WAIT");
  EXPECT_EQ(rows[2].remote, "10.10.10.1:80");
  EXPECT_EQ(rows[3].local, "10.40.40.1:48584");
  EXPECT_EQ(rows[3].state, "FIN_WAIT1");
}

TEST(SocketTable, Ss) {
  const auto rows = read_socket_table(
      "State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port\n"
      "ESTAB      0      60088            10.40.40.1:54828           10.10.10.1:80   "
      "users:((\"curl\"))\n"
      "\t cubic wscale:10,10 rto:6784 backoff:5 mss:1448 retrans:0/7\n"
      "SYN-SENT   0      1            [::ffff:10.40.40.1]%eth0:2     [::ffff:10.10.10.1]:80\n"
      "tcp   LISTEN 0      128    *:22    *:*\n",
      "s");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].state, "ESTABLISHED");
  EXPECT_EQ(rows[0].send_queue, 60088U);
  EXPECT_EQ(rows[1].state, "SYN_SENT");
  EXPECT_EQ(rows[1].local, "10.40.40.1:2");
  EXPECT_EQ(rows[1].remote, "10.10.10.1:80");
  EXPECT_EQ(rows[2].state, "LISTEN");
}

TEST(SocketTable, OfTheRealCases) {
  const auto text = test::file_text(test::capture_folder() + "/mtu-bh-up/case.netstat");
  const auto rows = read_socket_table(text, "n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].send_queue, 60088U);
}

std::string event(int connection, int seq, const std::string& seen_by, const std::string& rest,
                  int t_us) {
  return "{\"scenario\":\"secret-fault\",\"connection\":" + std::to_string(connection) +
         ",\"seq\":" + std::to_string(seq) + ",\"seen_by\":\"" + seen_by + "\"," + rest +
         ",\"measured\":{\"t_us\":" + std::to_string(t_us) + "}}\n";
}

TEST(TraceFile, TellsWhatTheClientSawAndNotWhatWasInjected) {
  const std::string reply =
      R"("point":"reply","party":"proxy","origin":"peer","event":"reply","status":403)";
  const auto text =
      event(1, 0, "client",
            R"("point":"accept","party":"proxy","origin":"peer","event":"connected")", 400) +
      event(
          1, 1, "proxy",
          R"("point":"request-head","party":"client","origin":"peer","event":"request","method":"CONNECT","target":"a:443")",
          610) +
      event(
          1, 2, "proxy",
          R"("point":"request-head","party":"proxy","origin":"injected","event":"respond","fault":"acl-deny","status":403)",
          610) +
      event(1, 3, "client", reply, 820) +
      event(
          1, 4, "client",
          R"("point":"close","party":"client","origin":"peer","event":"failed","phase":"reply","error":"denied")",
          820) +
      event(
          2, 0, "client",
          R"("point":"close","party":"client","origin":"peer","event":"failed","phase":"connect","error":"timeout")",
          5000820);
  const auto reports = read_trace_file(text, "t");
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].exit->value, 56);
  const auto& made = reports[0].connections.at(0);
  EXPECT_EQ(made.connect->target, "a:443");
  EXPECT_EQ(made.connect_reply->status, 403);
  EXPECT_EQ(made.connect_reply->where.number, 4U);
  EXPECT_EQ(reports[1].exit->value, 28);
  EXPECT_EQ(reports[1].timed_out_after->value, std::chrono::seconds(5));
}

TEST(TraceFile, OfServeYieldsNothing) {
  EXPECT_TRUE(
      read_trace_file(
          event(1, 0, "proxy",
                R"("point":"reply","party":"proxy","origin":"peer","event":"reply","status":200)",
                1) +
              "no JSON\n{\"a\":[1\n",
          "t")
          .empty());
}

}  // namespace
}  // namespace misproxy::evidence
