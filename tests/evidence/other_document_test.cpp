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
