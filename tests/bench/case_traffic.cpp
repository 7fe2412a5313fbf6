#include "bench/case_traffic.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "core/ensure.hpp"
#include "packets/capture_reader.hpp"

namespace misproxy::bench {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is written as x86 does");

constexpr std::size_t kEthernet = 14;          // bytes of header
constexpr std::uint32_t kClient = 0x0A282801;  // 10.40.40.1, the cases' client
constexpr std::uint32_t kProxy = 0x0A0A0A01;
constexpr std::chrono::microseconds kRound = std::chrono::minutes(1);

/// A pcap file, in microseconds, of Ethernet frames. Source: draft-ietf-opsawg-pcap.
class PcapFile {
 public:
  explicit PcapFile(const std::string& path) : file_(std::fopen(path.c_str(), "wb"), &std::fclose) {
    ensure(file_ != nullptr, "the capture for the measurement can be written");
    put32(0xA1B2C3D4);
    put32(4U << 16 | 2U);  // version 2.4
    put32(0);
    put32(0);
    put32(262144);  // snaplen
    put32(1);       // LINKTYPE_ETHERNET
  }

  void frame(std::chrono::microseconds at, std::uint32_t length, const std::string& bytes) {
    put32(static_cast<std::uint32_t>(at.count() / 1'000'000));
    put32(static_cast<std::uint32_t>(at.count() % 1'000'000));
    put32(static_cast<std::uint32_t>(bytes.size()));
    put32(length);
    ensure(std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size(), "disk is full");
  }

 private:
  void put32(std::uint32_t value) {
    ensure(std::fwrite(&value, sizeof value, 1, file_.get()) == 1, "disk is full");
  }

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

std::uint32_t load32(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}

void store32(std::string& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    bytes[at + i] = static_cast<char>(value >> (24 - 8 * i));
}

/// In IP headers, those that ICMP quotes and ARP as well: wherever the address stands among the
/// first bytes of a frame.
void give_address(std::string& bytes, std::uint32_t client) {
  const auto end = std::min<std::size_t>(bytes.size(), 70);
  for (std::size_t at = kEthernet + 12; at + 4 <= end; at += 4) {
    if (load32(bytes, at) == kClient) store32(bytes, at, client);
  }
}

std::vector<CaseFrame> read_case(const std::string& path, std::size_t which) {
  auto opened = CaptureReader::open(path);
  auto* reader = std::get_if<CaptureReader>(&opened);
  ensure(reader != nullptr, "a case's capture can be read");
  std::vector<CaseFrame> frames;
  std::chrono::nanoseconds begin{};
  while (const auto frame = reader->next()) {
    if (frames.empty()) begin = frame->time;
    frames.push_back({std::chrono::duration_cast<std::chrono::microseconds>(frame->time - begin),
                      static_cast<std::uint32_t>(frame->length), std::string(frame->bytes), which});
  }
  return frames;
}

void append16(std::string& bytes, std::uint32_t value) {
  bytes += static_cast<char>(value >> 8);
  bytes += static_cast<char>(value);
}

void append32(std::string& bytes, std::uint32_t value) {
  append16(bytes, value >> 16);
  append16(bytes, value & 0xFFFF);
}

struct Segment {
  bool from_client = true;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint32_t flags = 0;
  std::string_view payload = {};
};

std::string frame_of(std::uint32_t client, std::uint32_t port, const Segment& segment) {
  std::string bytes(12, '\2');
  append16(bytes, 0x0800);
  append16(bytes, 0x4500);
  append16(bytes, static_cast<std::uint32_t>(40 + segment.payload.size()));
  append32(bytes, 0x00004000);  // no fragments
  append32(bytes, 0x40060000);  // TTL 64, TCP
  append32(bytes, segment.from_client ? client : kProxy);
  append32(bytes, segment.from_client ? kProxy : client);
  append16(bytes, segment.from_client ? port : 80);
  append16(bytes, segment.from_client ? 80 : port);
  append32(bytes, segment.seq);
  append32(bytes, segment.ack);
  append16(bytes, 0x5000 | segment.flags);
  append16(bytes, 64240);
  append32(bytes, 0);
  return bytes += segment.payload;
}

}  // namespace

std::vector<CaseFrame> read_cases(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    if (std::filesystem::exists(each.path() / "case.pcap")) paths.push_back(each.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<CaseFrame> all;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    for (auto& frame : read_case(paths[i] / "case.pcap", i))
      all.push_back(std::move(frame));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const CaseFrame& a, const CaseFrame& b) { return a.at < b.at; });
  return all;
}

void write_traffic(const std::vector<CaseFrame>& cases, std::uint64_t packets,
                   const std::string& path) {
  ensure(!cases.empty(), "there are cases to make traffic of");
  PcapFile file(path);
  std::size_t count = 0;
  for (const auto& frame : cases)
    count = std::max(count, frame.which + 1);
  std::uint64_t written = 0;
  for (std::uint32_t round = 0; written < packets; ++round) {
    for (const auto& frame : cases) {
      auto bytes = frame.bytes;
      give_address(bytes, 0x0B000000 + static_cast<std::uint32_t>(round * count + frame.which));
      file.frame(kRound * (round + 1) + frame.at, frame.length, bytes);
    }
    written += cases.size();
  }
}

void write_short_connections(std::uint64_t connections, const std::string& path) {
  constexpr std::string_view kConnect =
      "CONNECT tools.cisco.com:443 HTTP/1.1\r\nHost: tools.cisco.com:443\r\n\r\n";
  constexpr std::string_view kDenied = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
  PcapFile file(path);
  for (std::uint64_t i = 0; i < connections; ++i) {
    const auto client = kClient + static_cast<std::uint32_t>(i / 25000);
    const auto port = static_cast<std::uint32_t>(32768 + i % 25000);
    const auto at = kRound + std::chrono::microseconds(100 * i);
    const Segment segments[] = {{true, 1000, 0, 0x02},
                                {false, 5000, 1001, 0x12},
                                {true, 1001, 5001, 0x18, kConnect},
                                {false, 5001, 1001 + kConnect.size(), 0x19, kDenied}};
    for (const auto& segment : segments) {
      const auto bytes = frame_of(client, port, segment);
      file.frame(at, static_cast<std::uint32_t>(bytes.size()), bytes);
    }
  }
}

}  // namespace misproxy::bench
