#include "support/tshark.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "support/process.hpp"

namespace misproxy::test {
namespace {

std::string tshark(const std::string& capture, const std::vector<std::string>& arguments) {
  std::vector<std::string> argv{"tshark", "-n",
                                "-r",     capture,
                                "-o",     "ip.check_checksum:TRUE",
                                "-o",     "tcp.check_checksum:TRUE",
                                "-o",     "tcp.reassemble_out_of_order:TRUE"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto nowhere = testing::TempDir() + "no-wireshark-preferences";
  const auto finished = run(argv, {"WIRESHARK_CONFIG_DIR=" + nowhere, "SSLKEYLOGFILE="});
  EXPECT_EQ(finished.code, 0) << finished.err;
  return finished.out;
}

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts(1);
  for (const auto c : line) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

std::vector<TsharkFrame> tshark_frames(const std::string& capture,
                                       const std::vector<std::string>& fields) {
  std::vector<std::string> arguments{"-T", "fields", "-E", "separator=|"};
  for (const auto& field : fields) {
    arguments.emplace_back("-e");
    arguments.push_back(field);
  }
  std::istringstream lines(tshark(capture, arguments));
  std::vector<TsharkFrame> frames;
  for (std::string line; std::getline(lines, line);) {
    const auto values = split(line, '|');
    EXPECT_EQ(values.size(), fields.size()) << line;
    auto& frame = frames.emplace_back();
    for (std::size_t i = 0; i < std::min(values.size(), fields.size()); ++i)
      frame[fields[i]] = values[i];
  }
  return frames;
}

std::string tshark_statistic(const std::string& capture, const std::string& statistic) {
  return tshark(capture, {"-q", "-z", statistic});
}

}  // namespace misproxy::test
