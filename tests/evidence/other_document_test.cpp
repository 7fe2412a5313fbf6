#include "evidence/other_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace misproxy::evidence {
namespace {

using testing::HasSubstr;
using Holds = OtherDocument::Holds;

TEST(OtherDocument, IsNothingToReadAtAll) {
  struct Case {
    std::string bytes;
    std::string name;
  };
  for (const auto& [bytes, name] : {
           Case{std::string("\x7f"
                            "ELF\x02\x01\0\0",
                            8),
                "ELF"},
           Case{"MZ\x90", "Windows"},
           Case{"\x89PNG\r\n\x1a\n", "PNG"},
           Case{"%PDF-1.7\n", "PDF"},
           Case{"PK\x03\x04", "zip"},
           Case{"-----BEGIN CERTIFICATE-----\n", "PEM"},
           Case{" \n\r\n\t\n", "blank"},
           Case{std::string("snoop\0\0\0\0\0\0\2", 12), "editcap"},
           Case{std::string("GMBU\0\2", 6), "Network Monitor"},
           Case{"#include <a>\n\nint main() {\n  return run();\n}\n", "source"},
           Case{"#!/bin/sh\ncurl https://x.test/ || echo error: connection refused\n", "source"},
           Case{"# Tool\nIt times out: connection refused by the proxy.\n## Use\n## Build\n",
                "Markdown"},
       }) {
    const auto document = other_document(bytes);
    EXPECT_EQ(document.holds, Holds::never) << name;
    EXPECT_THAT(std::string(document.name), HasSubstr(name));
  }
}

/// What Windows prints of a trace, and the trace, are named with what makes a capture of them.
TEST(OtherDocument, IsATraceOfWindows) {
  struct Case {
    std::string bytes;
    std::string want;
  };
  for (
      const auto& [bytes, want] : {
          Case{"[00]0000.0000::2026/11/28-10:20:58.987654300 [Microsoft-Windows-PktMon] PktGroupId "
               "281474976710657, PktNumber 1, Appearance 1, Direction Tx , Type Ethernet , "
               "Component 23, Filter 1, OriginalSize 66, LoggedSize 66 \r\n\t"
               "00-15-5D-01-02-03 > 00-15-5D-01-02-04, ethertype IPv4 (0x0800), length 66: "
               "10.40.40.1.50000 > 10.10.10.1.3128: Flags [S], seq 1, win 64240, length 0\r\n",
               "pktmon etl2pcap"},
          Case{
              "10:20:58.987654300 PktGroupId 281474976710657, PktNumber 1, Appearance 2, Direction "
              "Rx , Type Ethernet , Component 57, Edge 1, OriginalSize 66, LoggedSize 66 \r\n",
              "pktmon etl2pcap"},
          Case{"[0]0AE4.1B2C::2026-11-28 10:20:58.987 [Microsoft-Windows-NDIS-PacketCapture]Packet "
               "Fragment (66 (0x42) bytes) \r\n",
               "etl2pcapng"},
          Case{"[3]0004.0ABC::2026-11-28 10:20:58.987 [Microsoft-Windows-TCPIP]TCP: connection "
               "0xFFFF990B4B1EA010 (local=10.40.40.1:50000 remote=10.10.10.1:3128) connect "
               "attempt timed out. \r\n",
               "etl2pcapng"},
          Case{"Trace configuration:\r\n----------------\r\nStatus:             Running\r\n"
               "Trace File:         C:\\temp\\NetTrace.etl\r\n",
               "etl2pcapng"},
          Case{std::string("\0\0\1\0\x48\0\0\0\0\0\0\0\1\2\3\4", 16) +
                   std::string("P\0k\0t\0M\0o\0n\0.\0e\0t\0l\0", 20),
               "pktmon etl2pcap"},
      }) {
    const auto document = other_document(bytes);
    EXPECT_EQ(document.holds, Holds::never) << want;
    EXPECT_THAT(std::string(document.name), HasSubstr(want)) << bytes;
  }
}

TEST(OtherDocument, HasNoFailureInItsOwnWords) {
  for (const std::string text : {
           "{\n  \"timeout\": 30,\n  \"error\": \"connection refused\"\n}\n",
           "<?xml version=\"1.0\"?>\n<proxy timeout=\"30\">error 503</proxy>\n",
           "<!DOCTYPE html>\n<p>error: connection refused\n",
           "From: a@example.com\nSubject: error\n\nThe proxy fails with error 503.\n",
           "server {\n  listen 80;\n  proxy_read_timeout 60s;\n}\n",
       }) {
    const auto document = other_document(text);
    EXPECT_FALSE(document.name.empty()) << text;
    EXPECT_EQ(document.holds, Holds::quoted) << text;
  }
}

TEST(OtherDocument, IsNoneWhereItIsALog) {
  for (const std::string text : {
           "* Connected to 10.10.10.1\n> CONNECT a.test:443 HTTP/1.1\n< HTTP/1.1 403 Forbidden\n",
           "{\"level\":\"error\",\"msg\":\"proxyconnect tcp: connection refused\"}\n",
           "{\"a\":1}\n{\"msg\":\"connection refused\"}\n",
           "Traceback (most recent call last):\n  File \"a.py\", line 1\nOSError: timed out\n",
           "[2026-11-27 10:00:00] error: connection reset by peer\n",
           "# exit=56\n# exit=28\n# exit=7\n",
       })
    EXPECT_EQ(other_document(text).name, "") << text;
}

TEST(OtherDocument, ATicketIsReadForWhatItQuotes) {
  const std::string ticket =
      "## What happened\nIt fails.\n## Log\n* Connected to 10.10.10.1 (10.10.10.1) port 80\n"
      "> CONNECT a.test:443 HTTP/1.1\n< HTTP/1.1 403 Forbidden\n## Expected\nA 200.\n";
  EXPECT_EQ(other_document(ticket).holds, Holds::quoted);
}

}  // namespace
}  // namespace misproxy::evidence
