#include "pictures/ladder_text.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "capture/packet.hpp"
#include "evidence/names.hpp"
#include "pictures/packet_ladders.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"
#include "support/golden.hpp"
#include "support/process.hpp"
#include "support/tree.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::pictures {
namespace {

using testing::Each;
using testing::Not;

std::string ladder_of(const std::string& capture, const std::string& columns) {
  return test::run({MISPROXY_BINARY, "capture", "text", capture, "--ladder", "--columns", columns})
      .out;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, IsTheReviewedOneAt80And200Columns) {
  const auto id = GetParam();
  const auto run = test::run_virtually(test::scenario_named(id));
  const test::ScratchFile file(id + ".pcapng", run.capture);
  for (const auto* columns : {"80", "200"}) {
    const auto text = ladder_of(file.path(), columns);
    test::expect_golden("ladder/" + id + "-" + columns + ".txt", text);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), static_cast<std::size_t>(std::stoi(columns))) << line;
  }
}

INSTANTIATE_TEST_SUITE_P(Ladder, Golden,
                         testing::Values("acl-deny-403", "mtu-black-hole-download",
                                         "stall-after-tls", "zero-window-stall"),
                         test::id_as_name);

TEST(LadderText, WithoutATerminalItHas80Columns) {
  const auto run = test::run_virtually(test::scenario_named("acl-deny-403"));
  const test::ScratchFile file("deny.pcapng", run.capture);
  EXPECT_EQ(test::run({MISPROXY_BINARY, "capture", "text", file.path(), "--ladder"}).out,
            ladder_of(file.path(), "80"));
}

TEST(LadderText, TooFewColumnsAreRefused) {
  const auto refused =
      test::run({MISPROXY_BINARY, "capture", "text", "c.pcapng", "--ladder", "--columns", "9"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, testing::HasSubstr("60"));
}

/// A CONNECT whose target and whose answer try to be more than text.
Ladder hostile() {
  const evidence::Names names;
  PacketLadders ladders("<b>.pcap", false, names);
  const auto take = [&](const Packet& packet) {
    ladders.take(test::Uncaptured(test::kMorning, packet).packet(),
                 "\x1b[31m<script>alert(1)</script>");
  };
  take(test::segment(1, 1, "CONNECT <img/onerror=alert(1)>\x1b[2J:443 HTTP/1.1\r\n\r\n"));
  take(test::from_proxy(test::segment(1, 60, "HTTP/1.1 200 \"><script>\x9b\r\n\r\n")));
  ladders.finish();
  return ladders.drawn().front().ladder;
}

TEST(LadderText, WhatStrangersSayIsPrintable) {
  for (const char c : ladder_text(hostile(), 80, false))
    EXPECT_TRUE((c >= ' ' && c <= '~') || c == '\n') << static_cast<int>(c);
}

}  // namespace
}  // namespace misproxy::pictures
