// Fragments, and packets that stand out of their order.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "capture/conversation.hpp"
#include "capture/ip_bytes.hpp"
#include "diagnose/read_evidence.hpp"
#include "packets/capture_file.hpp"
#include "support/captures.hpp"

namespace misproxy::evidence {
namespace {

using test::segment;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Timed {
  std::string frame;
  std::int64_t micros = 0;
};

std::string raw_pcap(const std::vector<Timed>& frames) {
  std::vector<test::RawFrame> bare;
  for (const auto& each : frames)
    bare.push_back({each.frame});
  auto bytes = test::pcap_file(101, bare);
  std::size_t at = 24;
  for (const auto& each : frames) {
    const auto put = [&](std::size_t where, std::int64_t value) {
      for (int i = 0; i < 4; ++i)
        bytes[where + static_cast<std::size_t>(i)] = static_cast<char>(value >> 8 * i & 0xFF);
    };
    put(at, 1000 + each.micros / 1'000'000);
    put(at + 4, each.micros % 1'000'000 * 1000);
    at += 16 + each.frame.size();
  }
  return bytes;
}

struct Got {
  std::vector<std::string> payloads;
  std::vector<std::uint64_t> numbers;
  std::vector<std::uint32_t> lengths;
  Unread unread;
};

Got read(const std::string& bytes) {
  auto opened = CaptureFile::of("made.pcap", bytes);
  auto& file = std::get<CaptureFile>(opened);
  Got got;
  while (const auto* packet = file.next()) {
    if (packet->kind != WirePacket::Kind::tcp) continue;
    got.payloads.emplace_back(packet->payload);
    got.numbers.push_back(packet->number);
    got.lengths.push_back(packet->length);
  }
  got.unread = file.unread();
  return got;
}

Got read(std::vector<std::string> frames) {
  std::vector<Timed> timed;
  for (auto& frame : frames)
    timed.push_back({std::move(frame), static_cast<std::int64_t>(timed.size())});
  return read(raw_pcap(timed));
}

/// An IPv4 packet cut into pieces of `size` bytes, a multiple of 8.
std::vector<std::string> cut_v4(std::string ip, std::size_t size, std::uint16_t id) {
  std::vector<std::string> pieces;
  ip[4] = static_cast<char>(id >> 8);
  ip[5] = static_cast<char>(id & 0xFF);
  const auto part = ip.substr(20);
  for (std::size_t at = 0; at < part.size(); at += size) {
    auto piece = ip.substr(0, 20) + part.substr(at, size);
    const auto more = at + size < part.size() ? 0x20U : 0U;
    piece[2] = static_cast<char>(piece.size() >> 8);
    piece[3] = static_cast<char>(piece.size() & 0xFF);
    piece[6] = static_cast<char>(more | at / 8 >> 8);
    piece[7] = static_cast<char>(at / 8 & 0xFF);
    pieces.push_back(piece);
  }
  return pieces;
}

/// The same segment over IPv6, behind a hop-by-hop header that no fragment repeats.
std::vector<std::string> cut_v6(const std::string& tcp, std::size_t size) {
  std::vector<std::string> pieces;
  const std::string part = std::string("\x06\0\1\4\0\0\0\0", 8) + tcp;  // destination options
  for (std::size_t at = 0; at < part.size(); at += size) {
    const auto bytes = part.substr(at, size);
    std::string head("\x60\0\0\0\0\0\x2c\x40", 8);
    head[4] = static_cast<char>((bytes.size() + 8) >> 8);
    head[5] = static_cast<char>((bytes.size() + 8) & 0xFF);
    head += std::string(15, '\1') + "a" + std::string(15, '\1') + "b";
    head += std::string("\x3c\0", 2);
    head += static_cast<char>(at >> 8);
    head += static_cast<char>((at & 0xF8) | (at + size < part.size() ? 1 : 0));
    head += std::string("\0\0\0\7", 4);
    pieces.push_back(head + bytes);
  }
  return pieces;
}

const std::string kPayload = [] {
  std::string payload;
  for (int i = 0; i < 2000; ++i)
    payload += static_cast<char>('a' + i * 7 % 26);
  return payload;
}();

TEST(Fragments, ArePutTogether) {
  const auto whole = ip_packet(segment(1, 1, kPayload));
  for (const auto& pieces : {cut_v4(whole, 800, 9), cut_v6(whole.substr(20), 800)}) {
    ASSERT_EQ(pieces.size(), 3U);
    std::vector<std::size_t> order{0, 1, 2};
    do {
      const auto got = read({pieces[order[0]], pieces[order[1]], pieces[order[2]]});
      EXPECT_THAT(got.payloads, ElementsAre(kPayload));
      EXPECT_THAT(got.lengths, ElementsAre(2000U));
      EXPECT_EQ(got.unread.torn_packets, 0U);
    } while (std::next_permutation(order.begin(), order.end()));
    const auto twice = read({pieces[0], pieces[0], pieces[1], pieces[1], pieces[2]});
    EXPECT_EQ(twice.payloads.front(), kPayload) << "an interface saw it twice";
  }
}

TEST(Fragments, OfTwoPacketsStayApart) {
  const auto a = cut_v4(ip_packet(segment(1, 1, kPayload)), 1400, 1);
  const auto b = cut_v4(ip_packet(segment(2001, 1, std::string(2000, 'B'))), 1400, 2);
  EXPECT_THAT(read({a[0], b[0], b[1], a[1]}).payloads,
              ElementsAre(kPayload, std::string(2000, 'B')));
}

/// What came is told, and no more.
TEST(Fragments, OfWhichSomeAreMissing) {
  const auto pieces = cut_v4(ip_packet(segment(1, 1, kPayload)), 800, 9);
  const auto got = read({pieces[0], pieces[2]});
  EXPECT_THAT(got.payloads, ElementsAre(kPayload.substr(0, 780)));
  EXPECT_EQ(got.unread.torn_packets, 1U);
  EXPECT_THAT(read({pieces[1], pieces[2]}).payloads, IsEmpty());
}

/// A batch has 2,048 packets: none ends among the pieces of one packet.
TEST(Fragments, AreFoundWhereverTheyStand) {
  const auto pieces = cut_v4(ip_packet(segment(1, 1, kPayload)), 800, 9);
  const auto other = ip_packet(segment(1, 1));
  for (std::size_t before = 2040; before < 2050; ++before) {
    std::vector<std::string> frames(before, other);
    frames.insert(frames.end(), pieces.begin(), pieces.end());
    frames.insert(frames.end(), 10, other);
    const auto got = read(frames);
    EXPECT_EQ(got.payloads.size(), before + 11);
    EXPECT_EQ(std::count(got.payloads.begin(), got.payloads.end(), kPayload), 1) << before;
  }
}

TEST(Fragments, MayLie) {
  const auto pieces = cut_v4(ip_packet(segment(1, 1, kPayload)), 800, 9);
  for (std::size_t at = 0; at < 24; ++at) {
    for (unsigned flip = 1; flip < 256; flip += 7) {
      auto bent = pieces;
      bent[1][at] = static_cast<char>(static_cast<unsigned char>(bent[1][at]) ^ flip);
      const auto got = read(bent);
      for (std::size_t i = 0; i < got.payloads.size(); ++i)
        EXPECT_LE(got.payloads[i].size(), got.lengths[i]);
    }
  }
}

/// A download of `count` segments, each with its ACK, a millisecond apart.
std::vector<Timed> download(std::uint32_t count) {
  std::vector<Timed> frames;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::int64_t>(frames.size()) * 1000;
    frames.push_back(
        {ip_packet(test::from_proxy(segment(1 + 10 * i, 1, std::string(10, 'd')))), at});
    frames.push_back({ip_packet(segment(1, 11 + 10 * i)), at + 1000});
  }
  return frames;
}

std::vector<std::uint64_t> in_order(std::size_t count) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 1; i <= count; ++i)
    numbers.push_back(i);
  return numbers;
}

TEST(TimeOrder, PacketsThatAreOutOfItArePutIntoIt) {
  for (const std::uint32_t count : {50U, 5000U}) {  // a batch, and several
    auto frames = download(count);
    for (std::size_t i = 0; i + 7 < frames.size(); i += 7)
      std::swap(frames[i], frames[i + 5]);
    const auto got = read(raw_pcap(frames));
    EXPECT_EQ(got.numbers.size(), frames.size());
    EXPECT_EQ(got.unread.late_packets, 0U);
    std::vector<std::int64_t> times;
    for (const auto number : got.numbers)
      times.push_back(frames[number - 1].micros);
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end())) << count;
  }
}

/// `mergecap -a` of one file a direction.
TEST(TimeOrder, FilesOneBehindTheOther) {
  auto frames = download(100);
  std::stable_partition(frames.begin(), frames.end(), [](const Timed& each) {
    return each.frame.size() > 40;  // with payload
  });
  EXPECT_EQ(read(raw_pcap(frames)).numbers[1], 101U) << "the first ACK";
}

TEST(TimeOrder, AClockThatWasPutBackPutsNothingBack) {
  auto frames = download(100);
  for (std::size_t i = 100; i < frames.size(); ++i)
    frames[i].micros -= 60'500;
  const auto got = read(raw_pcap(frames));
  EXPECT_EQ(got.numbers, in_order(frames.size()));
  EXPECT_GT(got.unread.late_packets, 50U);
  EXPECT_THAT(got.unread.remarks("x.pcap"),
              ElementsAre(HasSubstr("out of the order of their times")));
}

TEST(TimeOrder, WhatComesMuchTooLateIsSaid) {
  auto frames = download(5000);
  std::rotate(frames.begin(), frames.begin() + 10, frames.end());
  const auto got = read(raw_pcap(frames));
  EXPECT_EQ(got.numbers.size(), frames.size());
  EXPECT_EQ(got.unread.late_packets, 10U);
}

/// The same talk, shuffled, gets the same verdict's facts.
TEST(TimeOrder, ADiagnosisSeesThemInTheirOrder) {
  std::vector<Timed> frames;
  for (const auto& packet : test::whole_story())
    frames.push_back({ip_packet(packet), static_cast<std::int64_t>(frames.size()) * 10'000});
  auto shuffled = frames;
  std::reverse(shuffled.begin() + 1, shuffled.end());
  const auto facts = [](const std::vector<Timed>& story) {
    const auto bytes = raw_pcap(story);
    auto read = diagnose::read_evidence({{"story.pcap", std::string_view(bytes)}});
    const auto& seen = std::get<diagnose::Observations>(read);
    const auto& connection = seen.connections.at(0);
    return std::tuple(seen.connections.size(), connection.syn.has_value(),
                      connection.reply.has_value(), connection.from_client.bytes,
                      connection.from_proxy.bytes, connection.from_client.resent);
  };
  EXPECT_EQ(facts(shuffled), facts(frames));
}

}  // namespace
}  // namespace misproxy::evidence
