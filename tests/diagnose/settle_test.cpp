#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "diagnose/diagnose.hpp"
#include "diagnose/wire_observer.hpp"
#include "packets/capture_file.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

using diagnose::Connection;
using evidence::WirePacket;

constexpr int kRounds = 4;

std::vector<std::string> case_captures() {
  std::vector<std::string> paths;
  const std::filesystem::path folder = MISPROXY_SOURCE_DIR "/tests/captures";
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    const auto path = each.path() / "case.pcap";
    if (std::filesystem::exists(path)) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Gives each round and case hosts of its own, so that no connection is another's: by bytes that
/// the text of an IPv4 address does not show.
WirePacket moved(WirePacket packet, std::uint8_t round, std::uint8_t which) {
  for (auto* socket :
       {&packet.source, &packet.destination, &packet.quoted_source, &packet.quoted_destination}) {
    socket->host.bytes[14] = round;
    socket->host.bytes[15] = which;
  }
  return packet;
}

std::vector<std::string> told(const diagnose::Diagnosis& diagnosis) {
  std::vector<std::string> lines;
  for (const auto& each : diagnosis.verdicts)
    lines.push_back(std::string(each.id) + " " + each.connection + " " + each.headline);
  lines.push_back(std::string(diagnosis.incident.id) + " " + diagnosis.incident.headline);
  lines.insert(lines.end(), diagnosis.remarks.begin(), diagnosis.remarks.end());
  return lines;
}

TEST(Settle, ChangesNoVerdict) {
  const evidence::Names names;
  diagnose::WireObserver settling({"all.pcap", false, &names}, diagnose::settle);
  diagnose::WireObserver keeping({"all.pcap", false, &names});
  std::uint64_t number = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::uint8_t which = 0;
    for (const auto& path : case_captures()) {
      auto opened = evidence::CaptureFile::open(path);
      auto& capture = std::get<evidence::CaptureFile>(opened);
      ++which;
      while (const auto* packet = capture.next()) {
        auto copy = moved(*packet, static_cast<std::uint8_t>(round), which);
        copy.number = ++number;
        copy.time = std::chrono::milliseconds(10) * number;
        settling.take(copy);
        keeping.take(copy);
      }
    }
  }
  diagnose::Observations some;
  diagnose::Observations all;
  settling.finish(some);
  keeping.finish(all);
  EXPECT_TRUE(all.settled.empty());
  EXPECT_GT(some.settled.size(), all.connections.size() / 2);
  EXPECT_EQ(some.settled.size() + some.connections.size(), all.connections.size());
  EXPECT_EQ(told(diagnose::diagnose(std::move(some))), told(diagnose::diagnose(std::move(all))));
}

Connection asked(int status, bool credentials) {
  Connection connection;
  connection.on_wire = true;
  connection.established = true;
  connection.server = "10.10.10.1";
  connection.connect.emplace();
  connection.connect->method = "CONNECT";
  connection.connect->target = "tools.cisco.com:443";
  if (credentials) connection.connect->headers = {{"Proxy-Authorization", "Basic eA=="}};
  connection.reply.emplace();
  connection.reply->status = status;
  return connection;
}

TEST(Settle, WaitsForTheAnswerToAChallenge) {
  const auto challenged = asked(407, false);
  EXPECT_FALSE(diagnose::settle(challenged, nullptr, nullptr));
  Connection silent;
  EXPECT_FALSE(diagnose::settle(challenged, nullptr, &silent));
  const auto answer = asked(200, true);
  const auto verdict = diagnose::settle(challenged, nullptr, &answer);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->id, "healthy");
}

TEST(Settle, KeepsTheAnswerAsLongAsTheChallengeIsOpen) {
  const auto challenged = asked(407, false);
  const auto answer = asked(200, true);
  EXPECT_FALSE(diagnose::settle(answer, &challenged, nullptr));
  EXPECT_TRUE(diagnose::settle(answer, nullptr, nullptr));
}

TEST(Settle, KeepsWhatARemarkIsMadeOf) {
  auto connection = asked(200, false);
  connection.connect->target = "72.163.4.161:443";
  EXPECT_FALSE(diagnose::settle(connection, nullptr, nullptr));
}

}  // namespace
}  // namespace misproxy::test
