// What a party's kernel is set to, seen on the lab's wire.

#include <gmock/gmock.h>

#include <algorithm>

#include "support/captures.hpp"
#include "support/frames.hpp"
#include "support/lab_program.hpp"
#include "support/tshark.hpp"

namespace misproxy::test {
namespace {

using testing::HasSubstr;

class LabSettings : public InTheLab {};

constexpr auto kHead =
    "schema = 1\n[about]\nid = 'set'\ntitle = 't'\nteaches = 't'\n[[origin]]\nhost = "
    "'tools.cisco.com'\n[client]\nurl = 'https://tools.cisco.com/bytes/2000'\nmethod = "
    "'GET'\nattempts = 1\nmax_time_ms = 20000\n";

/// The route breaks while the client waits: its kernel asks twice, gives up, and says so.
TEST_F(LabSettings, KeepAliveProbesThatNobodyAnswersEndTheConnection) {
  const ScratchFile scenario(
      "keepalive.toml",
      std::string(kHead) +
          "[network.client_tcp]\nkeepalive = true\nkeepalive_time_ms = 1000\nkeepalive_interval_ms "
          "= 1000\nkeepalive_probes = 2\n[[fault]]\nid = 'stall'\nwhen = { point = "
          "'inner-response', body_offset_bytes = 100 }\ndo = { stall = {} }\n[[fault]]\nid = "
          "'gone'\nwhen = { point = 'path', segment = { idle_over_ms = 800 } }\ndo = { drop = {} "
          "}\n");
  Folder folder;
  for (const std::string world : {"lab", "virtual"}) {
    const auto path = (folder / (world + ".pcapng")).string();
    const auto run =
        misproxy({"run", scenario.path(), "--world", world, "--client", "fmc", "--capture", path});
    EXPECT_THAT(run.out, HasSubstr("timeout in body")) << run.err;
    const auto frames =
        tshark_frames(path, {"ip.src", "tcp.analysis.keep_alive", "tcp.flags.reset"});
    ASSERT_GT(frames.size(), 3U);
    const auto probes = std::ranges::count_if(
        frames, [](const auto& frame) { return !frame.at("tcp.analysis.keep_alive").empty(); });
    EXPECT_EQ(probes, 2) << world;
    EXPECT_EQ(frames.back().at("ip.src"), "10.40.40.1");
    EXPECT_THAT(frames.back().at("tcp.flags.reset"), testing::AnyOf("1", "True"));
    const auto diagnosis = misproxy({"diagnose", path});
    EXPECT_THAT(diagnosis.out, HasSubstr("path-loss")) << world;
    EXPECT_THAT(diagnosis.out, HasSubstr("keep-alive probes are not answered any more: 2 of them"));
  }
}

/// RFC 3168: asked for by the SYN, granted by the SYN-ACK, and data are marked as capable.
TEST_F(LabSettings, EcnIsAskedForAndMarksData) {
  const ScratchFile scenario("ecn.toml", std::string(kHead) + "[network.client_tcp]\necn = true\n");
  Folder folder;
  const auto path = (folder / "c.pcapng").string();
  const auto run =
      misproxy({"run", scenario.path(), "--world", "lab", "--client", "fmc", "--capture", path});
  EXPECT_THAT(run.out, HasSubstr("healthy")) << run.err;
  const auto frames = tshark_frames(path, {"tcp.flags.str", "ip.dsfield.ecn", "tcp.len"});
  ASSERT_GT(frames.size(), 4U);
  EXPECT_THAT(frames[0].at("tcp.flags.str"), HasSubstr("CE"));
  EXPECT_THAT(frames[1].at("tcp.flags.str"), HasSubstr("E"));
  for (const auto& frame : frames) {
    const bool carries = frame.at("tcp.len") != "0";
    EXPECT_EQ(frame.at("ip.dsfield.ecn"), carries ? "2" : "0");
  }
}

}  // namespace
}  // namespace misproxy::test
