// What the wire does to real kernels, told from the lab's own captures.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/captures.hpp"
#include "support/frames.hpp"
#include "support/lab_program.hpp"
#include "support/tshark.hpp"

namespace misproxy::test {
namespace {

using testing::HasSubstr;

class LabPath : public InTheLab {};

/// The scenario with real curl, its capture diagnosed as a customer's would be.
struct Played {
  Folder folder;
  Finished run;
  Finished diagnosis;

  explicit Played(const std::string& scenario, const std::string& client = "curl") {
    const auto path = (folder / "c.pcapng").string();
    run = misproxy({"run", scenario, "--world", "lab", "--client", client, "--capture", path});
    diagnosis = misproxy({"diagnose", path});
  }
  std::string capture() const { return (folder / "c.pcapng").string(); }
};

TEST_F(LabPath, ABlackHoleAndAnInlineResetAreToldApart) {
  const Played hole("mtu-black-hole-download", "fmc");  // curl would wait for its own 300 s
  const Played reset("inline-reset-on-large-segment");
  EXPECT_EQ(hole.run.code, 0) << hole.run.out << hole.run.err;
  EXPECT_EQ(reset.run.code, 0) << reset.run.out << reset.run.err;
  EXPECT_THAT(hole.diagnosis.out, HasSubstr("mtu-black-hole"));
  EXPECT_THAT(reset.diagnosis.out, testing::Not(HasSubstr("mtu-black-hole")));
}

/// Retransmissions by a real kernel: the second and later come after about twice the time of the
/// one before.
TEST_F(LabPath, ABlackHolesRetransmissionsDouble) {
  Folder folder;
  const auto path = (folder / "p.pcapng").string();
  misproxy({"run", "mtu-black-hole-download", "--world", "lab", "--client", "fmc", "--capture",
            path, "--capture-at", "proxy"});
  std::vector<double> times;
  for (const auto& frame : tshark_frames(path, {"frame.time_epoch", "tcp.len", "ip.src"})) {
    if (frame.at("ip.src") == "10.10.10.1" && frame.at("tcp.len") == "1448")
      times.push_back(std::stod(frame.at("frame.time_epoch")));
  }
  ASSERT_GT(times.size(), 5U);
  for (std::size_t i = times.size() - 1; i > times.size() - 3; --i) {
    const auto ratio = (times[i] - times[i - 1]) / (times[i - 1] - times[i - 2]);
    EXPECT_GT(ratio, 1.8);
    EXPECT_LT(ratio, 2.3);
  }
}

/// The kernel gives the connection up, and the client says so as curl does.
TEST_F(LabPath, ATimeOutOfTheSocketIsToldAsOne) {
  Folder folder;
  const auto log = (folder / "c.log").string();
  const auto done = misproxy({"run", "user-time-out", "--world", "lab", "--log", log});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(text_of(log), HasSubstr("curl: (56) Recv failure: Connection timed out"));
}

/// What the proxy's session injected is marked on the packet that carries it, as in virtual.
TEST_F(LabPath, ACaptureMarksWhatTheSessionInjected) {
  for (const std::string scenario : {"acl-deny-403", "reset-before-reply", "stall-after-tls"}) {
    Folder folder;
    const auto comments = [&](const std::string& world) {
      const auto path = (folder / (world + ".pcapng")).string();
      misproxy({"run", scenario, "--world", world, "--client", "fmc", "--capture", path,
                "--capture-at", "proxy"});
      std::vector<std::string> told;
      for (const auto& frame :
           tshark_frames(path, {"frame.comment", "tcp.flags", "ip.src", "tcp.len"})) {
        if (const auto& comment = frame.at("frame.comment"); !comment.empty())
          told.push_back(fmt::format("{} {} {}: {}", frame.at("ip.src"), frame.at("tcp.flags"),
                                     frame.at("tcp.len"), comment));
      }
      return told;
    };
    const auto in_lab = comments("lab");
    EXPECT_FALSE(in_lab.empty()) << scenario;
    EXPECT_EQ(in_lab, comments("virtual")) << scenario;
  }
}

class LabPathIpv6 : public InTheLab {
 protected:
  /// curl by the proxy's IPv6 address, and what the diagnosis makes of its capture.
  static std::string verdict_of(const std::string& scenario, const std::string& curl) {
    Folder folder;
    const auto path = (folder / "c.pcapng").string();
    lab(scenario, "curl -sS -m 5 -o /dev/null -x 'http://[fd00::a0a:a01]:80' " + curl,
        {"--capture", path});
    return misproxy({"diagnose", path}).out;
  }
};

TEST_F(LabPathIpv6, FaultsOfThePathActAsInIpv4) {
  EXPECT_THAT(verdict_of("mtu-black-hole-download", "https://support.sourcefire.com/bytes/20000"),
              testing::StartsWith("[mtu-black-hole]"));
  EXPECT_THAT(verdict_of("inline-reset-on-large-segment",
                         "-d $(head -c 5000 /dev/zero | tr '\\0' a) https://tools.cisco.com/"),
              testing::StartsWith("[reset-on-large-segment]"));
}

TEST_F(LabPath, PathMtuDiscoveryWorksWithTheRoutersIcmp) {
  const Played played("pmtud-works");
  EXPECT_EQ(played.run.code, 0) << played.run.out << played.run.err;
}

TEST_F(LabPath, WhatNoFaultChangesIsWithoutFlawForTshark) {
  Folder folder;
  const auto path = (folder / "c.pcapng").string();
  const auto done = misproxy({"run", "allow", "--world", "lab", "--client", "curl", "--capture",
                              path, "--capture-at", "all"});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  for (const auto& frame : tshark_frames(path, {"tcp.checksum.status", "ip.checksum.status"})) {
    EXPECT_NE(frame.at("tcp.checksum.status"), "0");
    EXPECT_NE(frame.at("ip.checksum.status"), "0");
  }
}

TEST_F(LabPath, PingFindsTheMtu) {
  const auto scenario = fmt::format("{}/scenarios/path/pmtud-works.toml", MISPROXY_SOURCE_DIR);
  const auto done =
      lab(scenario, "command -v ping || exit 99; ping -c 1 -W 2 -M do -s 1472 10.10.10.1");
  if (done.code == 99) GTEST_SKIP() << "no ping here";
  EXPECT_THAT(done.out, HasSubstr("mtu"));
}

}  // namespace
}  // namespace misproxy::test
