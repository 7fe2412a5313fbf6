// Wireshark's dissectors over every scenario's captures: an opinion that is not ours.
#include <gmock/gmock.h>

#include <cstdlib>
#include <map>

#include "support/captures.hpp"
#include "support/tshark.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Ipv4 kFmc = 0x0a282801;      // 10.40.40.1
constexpr Ipv4 kProxyAt = 0x0a0a0a01;  // 10.10.10.1

const std::vector<std::string> kFields{"_ws.malformed",
                                       "dns.qry.name",
                                       "ip.checksum.status",
                                       "tcp.checksum.status",
                                       "tcp.analysis.retransmission",
                                       "tcp.analysis.fast_retransmission",
                                       "tcp.analysis.spurious_retransmission",
                                       "tcp.analysis.out_of_order",
                                       "_ws.expert.severity",
                                       "_ws.expert.message",
                                       "frame.comment"};

/// tshark's own, where the sender's end shows a segment of a reassembled message twice: a kernel's
/// capture has it too.
constexpr std::string_view kOverlap = "New fragment overlaps old data";
constexpr std::string_view kExpertError = "8388608";  // PI_ERROR

/// What a host sent, as its own end of the link saw it: nothing was lost there yet.
struct Resend {
  bool again = false;                // all of it had been sent before
  std::chrono::nanoseconds since{};  // the newest segment of that direction
};

/// For each frame, in order, whether `host` sends in it what it has sent before.
std::vector<Resend> resends(const std::vector<CapturedFrame>& frames, Ipv4 host) {
  struct Sent {
    std::uint32_t end = 0;
    std::chrono::nanoseconds at{};
  };
  std::map<std::pair<SocketAddress, SocketAddress>, Sent> newest;
  std::vector<Resend> found;
  for (const auto& frame : frames) {
    auto& resend = found.emplace_back();
    const auto& packet = frame.packet->packet;
    const auto* tcp = packet.tcp();
    if (tcp == nullptr || packet.source != host || tcp->length() == 0) continue;
    auto& sent =
        newest[{{packet.source, tcp->source_port}, {packet.destination, tcp->destination_port}}];
    const auto end = tcp->seq + tcp->length();
    resend.again = sent.at.count() != 0 && static_cast<std::int32_t>(end - sent.end) <= 0;
    resend.since = frame.time - sent.at;
    if (!resend.again) sent = {end, frame.time};
  }
  return found;
}

bool says_retransmission(const TsharkFrame& frame) {
  return !frame.at("tcp.analysis.retransmission").empty() ||
         !frame.at("tcp.analysis.fast_retransmission").empty() ||
         !frame.at("tcp.analysis.spurious_retransmission").empty();
}

/// tshark calls it out of order where a copy comes sooner behind the newest segment than the first
/// round trip took, as one does that ICMP or a SACK asked for: 3 ms are more than any has here.
bool says_out_of_order(const TsharkFrame& frame, const Resend& resend) {
  return !frame.at("tcp.analysis.out_of_order").empty() &&
         resend.since < std::chrono::milliseconds{3};
}

std::size_t count(const std::string& text, std::string_view word) {
  std::size_t found = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++found;
  return found;
}

void expect_all_good(const std::vector<TsharkFrame>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto& frame = frames[i];
    EXPECT_EQ(frame.at("_ws.malformed"), "") << "frame " << i + 1;
    if (frame.at("_ws.expert.message").find("Bad checksum") != std::string::npos &&
        frame.at("frame.comment").ends_with(": alter"))
      continue;  // on purpose
    for (const auto* field : {"ip.checksum.status", "tcp.checksum.status"}) {
      const auto& status = frame.at(field);  // 1: good; one more each for what ICMP quotes
      EXPECT_EQ(status.find_first_not_of("1,"), std::string::npos) << "frame " << i + 1 << status;
    }
    EXPECT_NE(frame.at("ip.checksum.status"), "") << "frame " << i + 1;
    EXPECT_EQ(count(frame.at("_ws.expert.severity"), kExpertError),
              count(frame.at("_ws.expert.message"), kOverlap))
        << "frame " << i + 1 << ": " << frame.at("_ws.expert.message");
  }
}

struct Found {
  int again = 0;         // segments that the host sent again
  std::string comments;  // on packets, a line each
};

Found expect_marks_where_sent_again(const std::string& capture, Ipv4 host) {
  const ScratchFile file("capture.pcapng", capture);
  auto theirs = tshark_frames(file.path(), kFields);
  const auto ours = frames_of(capture);
  Found found;
  expect_all_good(theirs);
  std::erase_if(theirs, [&](auto& frame) {  // look-ups, which are no segments
    if (frame.at("dns.qry.name").empty()) return false;
    found.comments += frame.at("frame.comment") + "\n";
    return true;
  });
  EXPECT_EQ(theirs.size(), ours.size());
  if (theirs.size() != ours.size()) return found;
  const auto sent = resends(ours, host);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    found.comments += theirs[i].at("frame.comment") + "\n";
    if (ours[i].packet->packet.source != host) continue;
    found.again += sent[i].again ? 1 : 0;
    const bool marked =
        says_retransmission(theirs[i]) || (sent[i].again && says_out_of_order(theirs[i], sent[i]));
    EXPECT_EQ(marked, sent[i].again) << "frame " << i + 1;
  }
  return found;
}

/// How often something has to be sent again in a scenario; no other has a reason to.
const std::map<std::string, int> kAtLeastAgain{{"burst-loss", 12},
                                               {"checksum-wrong", 2},
                                               {"connect-lost", 7},
                                               {"first-sending-lost", 1},
                                               {"icmp-lies", 5},
                                               {"jitter", 0},  // its FIN, by a tail loss probe
                                               {"mtu-black-hole-client-hello", 7},
                                               {"mtu-black-hole-download", 6},
                                               {"mtu-black-hole-upload", 6},
                                               {"mtu-probing-recovers", 3},
                                               {"one-percent-loss", 3},
                                               {"pmtud-works", 2},
                                               {"proxy-vanishes", 5},
                                               {"reordering", 0},
                                               {"sack-stripped", 3},
                                               {"syn-lost", 7},
                                               {"syn-retries-two", 5},
                                               {"synack-lost", 14},
                                               {"user-time-out", 4}};

class Tshark : public testing::TestWithParam<std::string> {
 protected:
  static bool sends_again() { return kAtLeastAgain.contains(GetParam()); }

  /// How many seeds, from 1 on; the environment may ask for more than the suite has time for:
  ///   MISPROXY_EXPERT_SEEDS=20 build/release/tests/capture_tests --gtest_filter='Bundled/Tshark*'
  static std::uint64_t seeds() {
    const auto* asked = std::getenv("MISPROXY_EXPERT_SEEDS");
    if (asked != nullptr) return std::stoull(asked);
    return sends_again() ? 2 : 1;
  }
};

TEST_P(Tshark, FindsNothingMalformedAndMarksWhatWasSentAgain) {
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    SCOPED_TRACE(seed);
    const auto run = run_virtually(scenario_named(GetParam()), seed);
    const auto at_client = expect_marks_where_sent_again(run.capture, kFmc);
    const auto at_proxy = expect_marks_where_sent_again(run.proxy_capture, kProxyAt);
    const auto again = at_client.again + at_proxy.again;
    if (!sends_again()) {
      EXPECT_EQ(again, 0);
    } else if (seed == 1) {
      EXPECT_GE(again, kAtLeastAgain.at(GetParam()));
    }
    for (const auto& fault : run.result.fired)
      EXPECT_THAT(at_client.comments + at_proxy.comments, HasSubstr(fault + ": "));
  }
}

INSTANTIATE_TEST_SUITE_P(Bundled, Tshark, testing::ValuesIn(every_id()), &id_as_name);

bool in_clear(const std::string& capture, const std::string& words) {
  for (const auto& frame : frames_of(capture)) {
    const auto* tcp = frame.packet->packet.tcp();
    if (tcp != nullptr && tcp->payload.find(words) != std::string::npos) return true;
  }
  return false;
}

TEST(TsharkDecrypts, The302OfAllowWithNoFurtherFile) {
  const auto run = run_virtually(scenario_named("allow"));
  for (const auto& capture : {run.capture, run.proxy_capture}) {
    ASSERT_TRUE(in_clear(capture, "200 Connection established"));
    ASSERT_FALSE(in_clear(capture, "302 Found"));
    const ScratchFile file("allow.pcapng", capture);
    std::vector<std::string> codes;
    std::vector<std::string> locations;
    for (const auto& frame :
         tshark_frames(file.path(), {"tcp.stream", "http.response.code", "http.location"})) {
      if (frame.at("tcp.stream") != "0") continue;  // the client's connection
      if (const auto& code = frame.at("http.response.code"); !code.empty()) codes.push_back(code);
      if (const auto& to = frame.at("http.location"); !to.empty()) locations.push_back(to);
    }
    EXPECT_THAT(codes, ElementsAre("200", "302", "200"));
    EXPECT_THAT(locations, ElementsAre("https://tools.cisco.com/healthcheck"));
  }
}

TEST(TsharkDecrypts, TheWholeStreamOfAllowIsFollowed) {
  const auto run = run_virtually(scenario_named("allow"));
  const ScratchFile file("allow.pcapng", run.capture);
  const auto followed = tshark_statistic(file.path(), "follow,http,ascii,0");
  std::size_t at = 0;
  for (const auto* line :
       {"Node 0: 10.40.40.1:", "Node 1: 10.10.10.1:80", "CONNECT tools.cisco.com:443 HTTP/1.1",
        "HTTP/1.1 200 Connection established", "HEAD / HTTP/1.1", "HTTP/1.1 302 Found",
        "HEAD /healthcheck HTTP/1.1", "HTTP/1.1 200 OK"}) {
    const auto found = followed.find(line, at);
    ASSERT_NE(found, std::string::npos) << line << " is missing, or too early, in\n" << followed;
    at = found;
  }
}

}  // namespace
}  // namespace misproxy::test
