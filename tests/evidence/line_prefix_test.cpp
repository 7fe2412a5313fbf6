#include "evidence/line_prefix.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

const std::string kLog =
    "admin@fmc:~$ curl -v -x http://10.10.10.1:80 https://tools.cisco.com/\n"
    "*   Trying 10.10.10.1:80...\n"
    "* Connected to 10.10.10.1 (10.10.10.1) port 80 (#0)\n"
    "> CONNECT tools.cisco.com:443 HTTP/1.1\n"
    "> Host: tools.cisco.com:443\n"
    ">\n"
    "< HTTP/1.1 200 Connection established\n"
    "\n"
    "curl: (28) Operation timed out after 20001 milliseconds with 0 bytes received\n"
    "# exit=28\n";

const std::string kPackets =
    "04:35:38.988305 ARP, Request who-has 10.40.40.254 tell 10.40.40.1, length 28\n"
    "04:35:38.988359 IP 10.40.40.1.50026 > 10.10.10.1.80: Flags [S], seq 2694, length 0\n"
    "04:35:38.988388 IP 10.40.40.254 > 10.40.40.1: ICMP host 10.10.10.1 unreachable - admin "
    "prohibited filter, length 68\n";

using Mark = std::function<std::string(std::size_t number)>;

std::string marked(const std::string& text, const Mark& mark) {
  std::string out;
  LineReader lines(text);
  while (const auto line = lines.next())
    out += mark(line->number) + std::string(line->text) + "\n";
  return out;
}

std::string always(const std::string& text, const std::string& prefix) {
  return marked(text, [&](std::size_t) { return prefix; });
}

TEST(LinePrefix, WhatEveryLineHasGoes) {
  for (const auto& text : {kLog, kPackets}) {
    for (const auto* prefix :
         {"> ", ">", ">> ", "> > ", "| ", "    ", "\t", "Nov 23 17:00:01 fmc curl[123]: ",
          "Nov  3 17:00:01 fmc tcpdump: ", "2026-11-23T17:00:01.123456+00:00 fmc curl[1]: ",
          "> Nov 23 17:00:01 fmc curl[123]: ", "    > "})
      EXPECT_EQ(without_prefixes(always(text, prefix)), text) << prefix;
  }
}

TEST(LinePrefix, NumbersOfLinesGo) {
  for (const auto& text : {kLog, kPackets}) {
    for (const auto* behind : {"\t", ": ", ":", "  "}) {
      const auto counted = marked(text, [&](std::size_t number) {
        return (number < 10 ? "     " : "    ") + std::to_string(number + 100) + behind;
      });
      EXPECT_EQ(without_prefixes(counted), text) << behind;
    }
  }
}

TEST(LinePrefix, WhatSomeLinesHaveStays) {
  const std::string request = "> CONNECT a:443 HTTP/1.1\n> Host: a:443\n> User-Agent: curl/8\n>\n";
  const std::string timed =
      "10:59:59.1 IP a.1 > b.80: Flags [S]\n11:00:00.1 IP b.80 > a.1: Flags [S.]\n";
  const std::string details =
      "04:33:04.272754 IP (tos 0x0, ttl 64, id 1, length 60)\n    a.1 > b.2: Flags [S]\n";
  for (const auto& text : {kLog, kPackets, request, kLog + request, timed, details})
    EXPECT_EQ(without_prefixes(text), text);
}

TEST(LinePrefix, OneUnmarkedLineAmongMany) {
  const auto mail = "Peter wrote:\n" + always(kLog, "> ") + "> more\n";
  EXPECT_EQ(without_prefixes(mail), "Peter wrote:\n" + kLog + "more\n");
}

TEST(LinePrefix, WhatIsNoEvidenceStays) {
  for (const std::string text :
       {"> a letter\n> that tells nothing\n", "  GET x\n  200\n", "", "\n", " ", "1\t"})
    EXPECT_EQ(without_prefixes(text), text);
}

TEST(LinePrefix, BlanksBehindTheLinesGo) {
  const auto open = kPackets.find('\n');
  auto text = kPackets;
  for (auto at = open; at != std::string::npos; at = text.find('\n', at + 4))
    text.insert(at, "   ");
  EXPECT_EQ(without_prefixes(text), kPackets);
}

TEST(LinePrefix, RowsOfATable) {
  std::string rows;
  LineReader lines(kPackets);
  while (const auto line = lines.next())
    rows += "| " + std::string(line->text) + " |\n";
  EXPECT_EQ(without_prefixes(rows), kPackets);
}

TEST(LinePrefix, WhatAPageMadeOfCharacters) {
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  };
  EXPECT_EQ(without_prefixes(replaced(kPackets, " ", "\xC2\xA0")), kPackets);
  EXPECT_EQ(without_prefixes(replaced(kPackets, " ", "\t")), kPackets);
  EXPECT_EQ(without_prefixes(replaced(kPackets, ">", "&gt;")), kPackets);
  EXPECT_EQ(without_prefixes(replaced(replaced(kLog, ">", "&gt;"), "<", "&lt;")), kLog);
  const auto source = replaced(kPackets, ">", "&gt;");
  EXPECT_EQ(without_prefixes("<pre>\n" + source + "</pre>\n"), "<pre>\n" + kPackets + "</pre>\n");
  const auto page = kLog + "<p>a &gt; b</p>\n";
  EXPECT_EQ(without_prefixes(page), page);
}

}  // namespace
}  // namespace misproxy::evidence
