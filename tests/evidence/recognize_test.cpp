#include "evidence/recognize.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace misproxy::evidence {
namespace {

using testing::ElementsAre;
using namespace std::string_literals;

TEST(Recognize, Captures) {
  for (const auto& magic : {"\xd4\xc3\xb2\xa1"s, "\xa1\xb2\xc3\xd4"s, "\x4d\x3c\xb2\xa1"s,
                            "\xa1\xb2\x3c\x4d"s, "\x34\xcd\xb2\xa1"s, "\x0a\x0d\x0d\x0a"s}) {
    EXPECT_THAT(recognize(magic + "rest"), ElementsAre(Form::capture));
  }
  EXPECT_THAT(recognize("\x1f\x8b\x08"), ElementsAre(Form::compressed));
  EXPECT_THAT(advice(Form::compressed), testing::HasSubstr("gunzip"));
}

TEST(Recognize, Texts) {
  EXPECT_THAT(recognize("# a comment\n\n10:20:58.987654 IP a.1 > b.80: Flags [S], length 0\n"),
              ElementsAre(Form::tcpdump_text));
  EXPECT_THAT(
      recognize("04:33:04.272754 IP (tos 0x0, ttl 64, id 1, length 60)\n    a.1 > b.2: Flags\n"),
      ElementsAre(Form::tcpdump_text));
  EXPECT_THAT(recognize("2026-11-23 10:20:58.98 eth0  Out IP 1.2.3.4.1 > 5.6.7.8.80: Flags [S]\n"),
              ElementsAre(Form::tcpdump_text));
  EXPECT_THAT(
      recognize("10:20:58.98 aa:bb:cc:dd:ee:ff > aa:bb:cc:dd:ee:fe, ethertype IPv4 (0x0800), "
                "length 74: 1.2.3.4.1 > 5.6.7.8.80: Flags [S]\n"),
      ElementsAre(Form::tcpdump_text));
  EXPECT_THAT(recognize("13:06:15.7 == Info:   Trying 1.2.3.4:80...\n"),
              ElementsAre(Form::curl_trace));
  EXPECT_THAT(recognize("\xEF\xBB\xBF*   Trying 1.2.3.4:80...\r\n"), ElementsAre(Form::curl_log));
  EXPECT_THAT(recognize("curl: (56) CONNECT tunnel failed, response 403"),
              ElementsAre(Form::curl_log));
  EXPECT_THAT(recognize("\n\nHTTP/1.1 403 Forbidden\r\nServer: squid\r\n"),
              ElementsAre(Form::curl_log));
  EXPECT_THAT(recognize("--2026-11-23 13:06:15--  https://a/\n"), ElementsAre(Form::wget_log));
  EXPECT_THAT(recognize("{\"scenario\":\"a\",\"connection\":1}\n"),
              ElementsAre(Form::misproxy_trace));
  EXPECT_THAT(
      recognize("CLIENT_RANDOM " + std::string(64, 'a') + " " + std::string(96, 'b') + "\n"),
      ElementsAre(Form::key_log));
}

TEST(Recognize, APastedSessionIsAllThatItHolds) {
  EXPECT_THAT(
      recognize("admin@fmc:~$ cat /etc/sf/iprep_proxy.conf\niprep_proxy {\nPROXY_HOST a;\n}\n"
                "admin@fmc:~$ netstat -na | grep 10.10.10.1\n"
                "tcp 0 0 10.40.40.1:40220 10.10.10.1:80 ESTABLISHED\n"
                "admin@fmc:~$ curl -x http://10.10.10.1:80 -I https://tools.cisco.com\n"
                "HTTP/1.1 200 Connection established\n"
                "10:20:58.987654 IP client.54321 > proxy.80: Flags [S], length 0\n"),
      ElementsAre(Form::proxy_settings, Form::socket_table, Form::curl_log, Form::tcpdump_text));
}

TEST(Recognize, NothingKnown) {
  for (const auto& text :
       {""s, "\n"s, "\0\0\0"s, "Dear all,\n* a list\n> a quotation\n"s, "\xff\xff\xff"s}) {
    EXPECT_THAT(recognize(text), ElementsAre(Form::unknown));
  }
}

std::string utf16(std::string_view text, bool little) {
  std::string out;
  for (const char c : text)
    out += little ? std::string{c, '\0'} : std::string{'\0', c};
  return out;
}

TEST(ToUtf8, FromUtf16) {
  const auto text = "*   Trying 1.2.3.4:80...\n"s;
  EXPECT_EQ(to_utf8("\xFF\xFE"s + utf16(text, true)), text);
  EXPECT_EQ(to_utf8("\xFE\xFF"s + utf16(text, false)), text);
  EXPECT_EQ(to_utf8(utf16(text, true)), text);
  EXPECT_EQ(to_utf8(utf16(text, false)), text);
  EXPECT_EQ(to_utf8("\xFF\xFE\x3d\xd8\x00\xde"s), "\xF0\x9F\x98\x80");
  EXPECT_EQ(to_utf8("\xFF\xFE\x3d\xd8"s), "\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8("\xFF\xFE\xe4\x00z"s), "\xC3\xA4");
}

TEST(ToUtf8, LeavesOtherBytes) {
  EXPECT_EQ(to_utf8("\xEF\xBB\xBF"
                    "a"),
            "a");
  EXPECT_EQ(to_utf8("caf\xe9 latin-1"), "caf\xe9 latin-1");
  EXPECT_EQ(to_utf8("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00"s),
            "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00"s);
}

}  // namespace
}  // namespace misproxy::evidence
