// kernel_oracle model|kernel|compare SITUATION: what the model of TCP answers, or the kernel, or
// both side by side; kernel_oracle client|proxy CAPTURE: what a host of the virtual world has
// answered to what came to it, and what the kernel answers to the same. All but `model` in a
// network namespace of their own: scripts/kernel-oracle.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string_view>

#include "oracle/capture_situation.hpp"
#include "oracle/comparison.hpp"
#include "oracle/kernel_host.hpp"
#include "oracle/virtual_host.hpp"

namespace misproxy::oracle {
namespace {

int print(const Played& played) {
  for (const auto& answer : played.answers)
    fmt::print("{:10.1f} {}\n", std::chrono::duration<double, std::milli>(answer.at).count(),
               answer.words);
  for (const auto& told : played.told.value_or(std::vector<std::string>{}))
    fmt::print("      told {}\n", told);
  return 0;
}

int print(const Situation& situation, const Comparison& result) {
  fmt::print("{} ({})\n", situation.name, situation.title);
  for (const auto& row : result.rows)
    fmt::print("{}\n", row);
  fmt::print("RESULT {:<40} {}\n", situation.name, result.summary());
  return result.equal() ? 0 : 1;
}

int run(std::string_view what, const std::string& file) {
  if (what == "client" || what == "proxy") {
    const auto observed = observe(file, std::string(what));
    return print(observed.situation,
                 compare(observed.situation, observed.played, play_kernel(observed.situation)));
  }
  const auto situation = read_situation(file);
  if (what == "model") return print(play_virtual(situation));
  if (what == "kernel") return print(play_kernel(situation));
  return print(situation, compare(situation, play_virtual(situation), play_kernel(situation)));
}

}  // namespace
}  // namespace misproxy::oracle

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("usage: kernel_oracle model|kernel|compare SITUATION, or client|proxy CAPTURE\n",
               stderr);
    return 2;
  }
  try {
    return misproxy::oracle::run(words[1], words[2]);
  } catch (const std::exception& wrong) {
    fmt::print(stderr, "kernel_oracle: {}\n", wrong.what());
    return 3;
  }
}
