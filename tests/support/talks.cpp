#include "support/talks.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "support/frames.hpp"

namespace misproxy::test {

std::map<int, Talk> talks(const std::string& path, const std::vector<std::uint16_t>& ports) {
  const auto read = read_frames(path);
  std::map<int, Talk> all;
  std::chrono::nanoseconds last{0};
  for (const auto& frame : read.frames) {
    EXPECT_GE(frame.time, last);
    last = frame.time;
    const auto& tcp = *frame.packet.value().packet.tcp();
    const bool ours = std::find(ports.begin(), ports.end(), tcp.source_port) != ports.end();
    auto& talk = all[ours ? tcp.destination_port : tcp.source_port];
    (ours ? talk.to_client : talk.from_client) += static_cast<std::int64_t>(tcp.payload.size());
    const char* flag = tcp.syn ? "SYN" : tcp.fin ? "FIN" : tcp.rst ? "RST" : nullptr;
    if (flag != nullptr) talk.flags.push_back(fmt::format("{} {}", ours ? 'p' : 'c', flag));
  }
  EXPECT_FALSE(read.error) << read.error->sentence;
  return all;
}

}  // namespace misproxy::test
