#include "pictures/time_sequence.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "pictures/drawing.hpp"
#include "support/captures.hpp"
#include "support/tshark.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::pictures {
namespace {

std::int64_t number(const std::string& text) { return text.empty() ? 0 : std::stoll(text); }

/// The points of one direction, as a set of texts: from our graph, and from tshark.
struct Points {
  std::multiset<std::string> segments;
  std::multiset<std::string> acks;
  std::multiset<std::string> sacks;
};

std::string at(std::int64_t packet, std::int64_t a, std::int64_t b, bool mark) {
  return fmt::format("{}: {} {}{}", packet, a, b, mark ? " again" : "");
}

void add_points(const Way& way, Points& points) {
  for (const auto& each : way.segments)
    points.segments.insert(
        at(static_cast<std::int64_t>(each.number), each.begin, each.end, each.again));
  for (const auto& each : way.acks) {
    if (each.room)
      points.acks.insert(at(static_cast<std::int64_t>(each.number), each.up_to, *each.room, false));
  }
  for (const auto& each : way.sacks)
    points.sacks.insert(at(static_cast<std::int64_t>(each.number), each.begin, each.end, false));
}

void add_ranges(const test::TsharkFrame& frame, std::multiset<std::string>& sacks) {
  std::istringstream begins(frame.at("tcp.options.sack_le"));
  std::istringstream ends(frame.at("tcp.options.sack_re"));
  std::string begin;
  std::string end;
  while (std::getline(begins, begin, ',') && std::getline(ends, end, ','))
    sacks.insert(at(number(frame.at("frame.number")), number(begin), number(end), false));
}

/// The same of tshark's numbers, of the bytes that the proxy sends, or of those that it gets.
Points tshark_points(const std::string& path, bool from_proxy) {
  Points points;
  for (const auto& frame : test::tshark_frames(
           path, {"frame.number", "tcp.srcport", "tcp.seq", "tcp.len", "tcp.ack", "tcp.window_size",
                  "tcp.flags.ack", "tcp.flags.reset", "tcp.options.sack_le", "tcp.options.sack_re",
                  "tcp.analysis.retransmission", "tcp.analysis.out_of_order"})) {
    if (frame.at("tcp.seq").empty()) continue;
    const auto packet = number(frame.at("frame.number"));
    if ((frame.at("tcp.srcport") == "80") == from_proxy) {
      const auto begin = number(frame.at("tcp.seq"));
      if (const auto length = number(frame.at("tcp.len")); length > 0)
        points.segments.insert(at(packet, begin, begin + length,
                                  !frame.at("tcp.analysis.retransmission").empty() ||
                                      !frame.at("tcp.analysis.out_of_order").empty()));
      continue;
    }
    const auto ack = number(frame.at("tcp.ack"));
    if (frame.at("tcp.flags.ack") == "1" && frame.at("tcp.flags.reset") == "0")
      points.acks.insert(at(packet, ack, ack + number(frame.at("tcp.window_size")), false));
    add_ranges(frame, points.sacks);
  }
  return points;
}

class Graph : public testing::TestWithParam<std::string> {};

TEST_P(Graph, HasTheCapturesPoints) {
  const auto run = test::run_virtually(test::scenario_named(GetParam()));
  const test::ScratchFile file("graph.pcapng", run.capture);
  const auto drawn = draw_capture(file.path());
  const auto& drawing = std::get<Drawing>(drawn);
  ASSERT_FALSE(drawing.drawn.empty());
  for (const std::size_t way : {0U, 1U}) {
    Points ours;
    for (const auto& each : drawing.drawn)
      add_points(each.graph.ways()[way], ours);
    const auto theirs = tshark_points(file.path(), way == 1);
    EXPECT_FALSE(theirs.segments.empty());
    EXPECT_THAT(ours.segments, testing::ContainerEq(theirs.segments));
    EXPECT_THAT(ours.acks, testing::ContainerEq(theirs.acks));
    EXPECT_THAT(ours.sacks, testing::ContainerEq(theirs.sacks));
  }
  const auto& ways = drawing.drawn.front().graph.ways();
  EXPECT_TRUE(ways[0].has_trouble() || ways[1].has_trouble());
}

INSTANTIATE_TEST_SUITE_P(TimeSequence, Graph,
                         testing::Values("mtu-black-hole-download", "burst-loss",
                                         "zero-window-stall"),
                         test::id_as_name);

}  // namespace
}  // namespace misproxy::pictures
