#include "support/virtual_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "packets/article_text.hpp"
#include "packets/capture_file.hpp"
#include "packets/tcpdump_text.hpp"
#include "packets/text_parts.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"

namespace misproxy::test {

std::vector<std::string> every_id() {
  std::vector<std::string> ids;
  for (const auto& file : bundled_scenarios())
    ids.emplace_back(file.id());
  return ids;
}

Scenario scenario_named(std::string_view id) {
  for (const auto& file : bundled_scenarios()) {
    if (file.id() != id) continue;
    auto loaded = load_scenario(std::string(file.path), file.text);
    EXPECT_TRUE(loaded.problems.empty());
    return std::move(loaded.scenario);
  }
  throw std::runtime_error(fmt::format("no bundled scenario {}", id));
}

std::string id_as_name(const testing::TestParamInfo<std::string>& info) {
  auto name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Run run_virtually(const Scenario& scenario, std::uint64_t seed, simulated::Limits limits) {
  const Plan plan(scenario, seed);
  return VirtualRunner(limits).run({&plan, std::nullopt, true});
}

namespace {

/// Hands each packet of a capture to `take`; there is none that is not understood.
template <class Take>
void each_packet(std::string_view pcapng, Take take) {
  auto opened = evidence::CaptureFile::of("frames.pcapng", pcapng);
  auto& capture = std::get<evidence::CaptureFile>(opened);
  while (const auto* packet = capture.next()) {
    if (!packet->qname.empty()) continue;  // of a look-up: no text tells of those
    EXPECT_TRUE(is_told(*packet)) << "frame " << packet->number << " is not understood";
    if (is_told(*packet)) take(*packet);
  }
  EXPECT_FALSE(capture.error()) << capture.error()->sentence;
}

}  // namespace

std::vector<CapturedFrame> frames_of(std::string_view pcapng) {
  std::vector<CapturedFrame> frames;
  each_packet(pcapng, [&](const evidence::WirePacket& packet) {
    frames.push_back({packet.number, *packet.time, parsed(packet)});
  });
  return frames;
}

std::vector<std::string> tcpdump_lines(std::string_view pcapng) {
  TcpdumpText text;
  std::vector<std::string> lines;
  each_packet(pcapng, [&](const auto& packet) { lines.push_back(text.line(packet)); });
  return lines;
}

std::vector<std::string> article_lines(std::string_view pcapng) {
  ArticleText text;
  std::vector<std::string> lines;
  each_packet(pcapng, [&](const auto& packet) {
    for (auto& line : text.lines(packet))
      lines.push_back(std::move(line));
  });
  return lines;
}

}  // namespace misproxy::test
