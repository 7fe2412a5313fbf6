#include "pictures/page.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "pictures/ladder_html.hpp"
#include "pictures/ladder_svg.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/tree.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::pictures {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string text_in(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// What a group of a pattern matches, each time.
std::set<std::string> all(const std::string& text, const std::string& pattern) {
  const std::regex each(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), each), end; it != end; ++it)
    found.insert((*it)[1]);
  return found;
}

class ArticlePage : public testing::TestWithParam<std::string> {};

/// The article's failures: page and text name the same packets, and each leads to its row.
TEST_P(ArticlePage, LeadsFromTheVerdictToItsPackets) {
  const auto run = test::run_virtually(test::scenario_named(GetParam()));
  const test::ScratchFile capture("case.pcapng", run.capture);
  const test::ScratchFile page("case.html", "");
  const auto told = test::run(
      {MISPROXY_BINARY, "diagnose", capture.path(), "--html", page.path(), "--format", "json"});
  ASSERT_EQ(told.code, 1) << told.err;
  const auto html = text_in(page.path());
  const auto cited = all(html, "packet ([0-9]+) of");
  const auto incident = told.out.substr(0, told.out.find("\"verdicts\":"));
  EXPECT_EQ(cited, all(incident, "\"packet\":([0-9]+)"));
  const auto ids = all(html, " id=\"([^\"]+)\"");
  const auto links = all(html, " href=\"#([^\"]+)\"");
  EXPECT_THAT(links, Not(IsEmpty()));
  for (const auto& link : links)
    EXPECT_TRUE(ids.contains(link)) << link;
  EXPECT_THAT(html, HasSubstr("class=\"verdict fails\""));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  for (const auto* outside :
       {"<script", "<link", "<img", " src=", "url(", "@import", "http-equiv=\"refresh"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
}

INSTANTIATE_TEST_SUITE_P(Page, ArticlePage,
                         testing::Values("acl-deny-403", "truncated-download", "stall-after-tls",
                                         "mtu-black-hole-download",
                                         "inline-reset-on-large-segment"),
                         test::id_as_name);

TEST(Page, ALogAloneIsALadderOfItsLines) {
  const test::ScratchFile log(
      "curl.log",
      "* Trying 10.10.10.1:80...\n"
      "* Connected to 10.10.10.1 (10.10.10.1) port 80\n"
      "> CONNECT tools.cisco.com:443 HTTP/1.1\n> Host: tools.cisco.com:443\n> \n"
      "< HTTP/1.1 403 Forbidden\n< X: <script>alert(1)</script>\n< \n"
      "curl: (56) CONNECT tunnel failed, response 403\n");
  const test::ScratchFile page("log.html", "");
  EXPECT_EQ(test::run({MISPROXY_BINARY, "diagnose", log.path(), "--html", page.path()}).code, 1);
  const auto html = text_in(page.path());
  EXPECT_THAT(html, HasSubstr("403 Forbidden</span>"));
  EXPECT_THAT(html, HasSubstr("CONNECT tools.cisco.com:443</span>"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  const auto ids = all(html, " id=\"([^\"]+)\"");
  for (const auto& link : all(html, " href=\"#([^\"]+)\""))
    EXPECT_TRUE(ids.contains(link)) << link;
}

TEST(Page, ThePictureIsNotWrittenOverTheEvidence) {
  const test::ScratchFile capture("own.pcapng", test::pcapng_file(test::whole_story()));
  const auto refused =
      test::run({MISPROXY_BINARY, "diagnose", capture.path(), "--html", capture.path()});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("is evidence"));
  EXPECT_EQ(text_in(capture.path()), test::pcapng_file(test::whole_story()));
}

TEST(Page, ARunIsDrawnWithWhatWasInjected) {
  const test::ScratchFile page("run.html", "");
  const test::ScratchFile svg("run.svg", "");
  EXPECT_EQ(test::run({MISPROXY_BINARY, "run", "acl-deny-403", "--html", page.path(), "--svg",
                       svg.path()})
                .code,
            0);
  EXPECT_THAT(text_in(page.path()), HasSubstr("<b>Injected:</b>"));
  EXPECT_THAT(text_in(svg.path()), HasSubstr("injected: "));
}

TEST(Page, TheMatrixIsAColouredTable) {
  const test::ScratchFile page("matrix.html", "");
  EXPECT_EQ(test::run({MISPROXY_BINARY, "run", "allow", "acl-deny-403", "--matrix", "--html",
                       page.path()})
                .code,
            0);
  EXPECT_THAT(text_in(page.path()), HasSubstr("<td class=\"right\">proxy-denied</td>"));
}

/// Rows have a bound, whatever a connection has, and each packet has a row.
TEST(Page, TenThousandChangesOfSpeakerStayBounded) {
  const evidence::Names names;
  PacketLadders ladders("c.pcap", false, names);
  constexpr std::uint32_t kTurns = 10'000;
  for (std::uint32_t i = 0; i < kTurns; ++i) {
    auto packet = test::segment(1 + i, 1 + i, "x");
    ladders.take(test::Uncaptured(test::kMorning + std::chrono::milliseconds(i), packet).packet());
    ladders.take(test::Uncaptured(test::kMorning + std::chrono::milliseconds(i),
                                  test::from_proxy(test::segment(1 + i, 2 + i, "y")))
                     .packet());
  }
  ladders.finish();
  const auto& rows = ladders.drawn().front().ladder.rows;
  EXPECT_LE(rows.size(), 3 * Rungs::kKept + 1);
  EXPECT_EQ(rows[Rungs::kKept].count + rows.size() - 1, 2 * kTurns);
}

}  // namespace
}  // namespace misproxy::pictures
