#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/tcpdump_text.hpp"
#include "support/process.hpp"
#include "support/tree.hpp"

namespace misproxy::evidence {

inline const std::filesystem::path kCases =
    std::filesystem::path(MISPROXY_SOURCE_DIR) / "tests/captures";

/// A packet with its own bytes.
struct Read {
  WirePacket packet;
  std::string payload;
  std::string note;
  std::string qname;
  std::string line;
  std::string ends;  // `10.0.0.1:1 > 10.0.0.2:80`
  std::string quoted;
};

struct ReadText {
  std::vector<Read> packets;
  std::uint64_t skipped = 0;
};

inline ReadText read(std::string_view text) {
  Names names;
  TcpdumpText reader(text, names);
  ReadText out;
  while (const auto packet = reader.next()) {
    Read one{*packet,
             std::string(packet->payload),
             std::string(packet->note),
             std::string(packet->qname),
             std::string(reader.line()),
             names.text(packet->source) + " > " + names.text(packet->destination),
             names.text(packet->quoted_source) + " > " + names.text(packet->quoted_destination)};
    out.packets.push_back(one);
  }
  out.skipped = reader.skipped_lines();
  return out;
}

/// The only packet of a text, all lines of which are understood.
inline Read only(std::string_view text) {
  const auto all = read(text);
  EXPECT_EQ(all.packets.size(), 1U) << text;
  EXPECT_EQ(all.skipped, 0U) << text;
  return all.packets.empty() ? Read{} : all.packets.front();
}

inline std::string flags(const WirePacket& packet) {
  return std::string(packet.syn ? "S" : "") + (packet.fin ? "F" : "") + (packet.rst ? "R" : "") +
         (packet.psh ? "P" : "") + (packet.has_ack ? "." : "");
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::filesystem::path> files_named(const std::string& name) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(kCases))
    if (const auto path = entry.path() / name; std::filesystem::exists(path)) found.push_back(path);
  std::sort(found.begin(), found.end());
  return found;
}

inline std::string tcpdump(const std::filesystem::path& pcap, std::vector<std::string> options) {
  options.insert(options.begin(), "tcpdump");
  options.insert(options.end(), {"-r", pcap.string()});
  const auto finished = test::run(options, {"TZ=UTC"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  return finished.out;
}

}  // namespace misproxy::evidence
