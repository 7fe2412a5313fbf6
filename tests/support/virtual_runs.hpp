#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "runner/virtual_runner.hpp"
#include "support/frames.hpp"

namespace misproxy::test {

/// The ids of all scenarios that come with misproxy, one of them, and an id as GoogleTest wants it.
std::vector<std::string> every_id();
Scenario scenario_named(std::string_view id);
std::string id_as_name(const testing::TestParamInfo<std::string>& info);

/// A run in the virtual world with the built-in client, and captures of it.
Run run_virtually(const Scenario& scenario, std::uint64_t seed = 1,
                  simulated::Limits limits = simulated::Limits{});

/// The frames of a pcapng file that is given as its bytes, all of them packets that are understood.
std::vector<CapturedFrame> frames_of(std::string_view pcapng);
/// What `misproxy capture text` prints of it, and with `--article`, line by line.
std::vector<std::string> tcpdump_lines(std::string_view pcapng);
std::vector<std::string> article_lines(std::string_view pcapng);

}  // namespace misproxy::test
