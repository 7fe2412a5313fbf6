#include "support/virtual_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "capture/article_text.hpp"
#include "capture/tcpdump_text.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"
#include "support/captures.hpp"

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

std::vector<CapturedFrame> frames_of(std::string_view pcapng) {
  const ScratchFile file("frames.pcapng", pcapng);
  auto opened = CaptureReader::open(file.path());
  auto& reader = std::get<CaptureReader>(opened);
  std::vector<CapturedFrame> frames;
  while (auto frame = reader.next()) {
    EXPECT_TRUE(frame->packet) << "frame " << frame->number << " is no packet that is understood";
    if (frame->packet) frames.push_back(std::move(*frame));
  }
  EXPECT_FALSE(reader.error()) << reader.error()->sentence;
  return frames;
}

std::vector<std::string> tcpdump_lines(std::string_view pcapng) {
  TcpdumpText text;
  std::vector<std::string> lines;
  for (const auto& frame : frames_of(pcapng))
    lines.push_back(text.line(frame.time, *frame.packet));
  return lines;
}

std::vector<std::string> article_lines(std::string_view pcapng) {
  ArticleText text;
  std::vector<std::string> lines;
  for (const auto& frame : frames_of(pcapng)) {
    for (auto& line : text.lines(frame.time, *frame.packet))
      lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace misproxy::test
