// The resolver's faults, met by real clients: what they say, and what their packets show.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/captures.hpp"
#include "support/lab_program.hpp"

namespace misproxy::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class LabLookup : public InTheLab {};

constexpr auto kAsk =
    "command -v nslookup > /dev/null || exit 99; nslookup -timeout=1 -retry=0 "
    "proxy.example.com";
constexpr auto kCurl =
    "curl -sSv -x http://proxy.example.com:80 https://tools.cisco.com/healthcheck";

/// curl's exit code, and the verdicts of its log and of the lab's capture, each alone.
struct Met {
  Folder folder;
  Finished done;
  Finished by_capture;
  Finished by_log;

  explicit Met(const std::string& scenario) {
    const auto capture = (folder / "c.pcapng").string();
    const auto log = (folder / "curl.log").string();
    done = lab(scenario, fmt::format("{} 2> {}; code=$?; cat {} >&2; exit $code", kCurl, log, log),
               {"--capture", capture});
    by_capture = misproxy({"diagnose", capture});
    by_log = misproxy({"diagnose", log});
  }
};

TEST_F(LabLookup, AnUnknownNameIsNamedFromEitherEvidence) {
  const Met met("proxy-name-unknown");
  EXPECT_EQ(met.done.code, 5);
  EXPECT_THAT(met.done.err, HasSubstr("Could not resolve proxy: proxy.example.com"));
  EXPECT_THAT(met.done.err, HasSubstr("misproxy: proxy-name-unknown: proxy-name-unresolved"));
  EXPECT_THAT(met.by_capture.out, HasSubstr("proxy-name-unresolved"));
  EXPECT_THAT(met.by_capture.out, HasSubstr("NXDOMAIN"));
  EXPECT_THAT(met.by_log.out, HasSubstr("proxy-name-unresolved"));
}

TEST_F(LabLookup, ASilentResolverIsToldFromAnUnknownName) {
  const Met met("resolver-silent");
  EXPECT_EQ(met.done.code, 5);
  EXPECT_THAT(met.by_capture.out, HasSubstr("dns-unanswered"));
  EXPECT_THAT(met.by_log.out, HasSubstr("proxy-name-unresolved"));
}

TEST_F(LabLookup, AWrongAddressIsAMatterOfConnecting) {
  const Met met("proxy-name-wrong-address");
  EXPECT_EQ(met.done.code, 7);
  EXPECT_THAT(met.by_capture.out, HasSubstr("proxy-unreachable"));
  EXPECT_THAT(met.by_capture.out, HasSubstr("10.10.10.99"));
}

TEST_F(LabLookup, NslookupSaysWhatFails) {
  const std::pair<std::string, std::string> kSaid[]{
      {"proxy-name-unknown", "NXDOMAIN"},
      {"resolver-fails", "SERVFAIL"},
      {"resolver-refuses", "REFUSED"},
      {"resolver-silent", "no servers could be reached"},
      {"proxy-name-wrong-address", "10.10.10.99"}};
  for (const auto& [scenario, words] : kSaid) {
    const auto done = lab(scenario, kAsk);
    if (done.code == 99) GTEST_SKIP() << "no nslookup here";
    EXPECT_THAT(done.out, HasSubstr(words)) << scenario;
  }
}

/// Every scenario of the folder that takes no long time, with real curl and with the built-in
/// client, as its [expect] says.
TEST_F(LabLookup, ScenariosComeAsTheyExpect) {
  for (const auto* scenario :
       {"proxy-name-unknown", "resolver-fails", "resolver-refuses", "resolver-fails-at-first",
        "proxy-name-wrong-address", "resolver-late"}) {
    for (const auto* client : {"curl", "fmc"}) {
      const auto run = misproxy({"run", scenario, "--world", "lab", "--client", client});
      EXPECT_EQ(run.code, 0) << scenario << " " << client << "\n" << run.out << run.err;
    }
  }
}

TEST_F(LabLookup, TheTraceIsThatOfTheVirtualWorld) {
  for (const auto* scenario : {"proxy-name-unknown", "resolver-fails", "resolver-fails-at-first"}) {
    const auto digest = [&](const char* world) {
      const auto run =
          misproxy({"run", scenario, "--world", world, "--client", "fmc", "--format", "json"});
      const auto at = run.out.find("\"trace_digest\"");
      return at == std::string::npos ? run.out + run.err : run.out.substr(at, 80);
    };
    EXPECT_EQ(digest("lab"), digest("virtual")) << scenario;
  }
}

TEST_F(LabLookup, ANameThatIsAskedForStandsInNoFile) {
  EXPECT_THAT(lab("resolver-late", "cat /etc/hosts").out, Not(HasSubstr("proxy.example.com")));
  EXPECT_THAT(lab("proxy-name-unknown", "cat /etc/sf/iprep_proxy.conf").out,
              HasSubstr("PROXY_HOST proxy.example.com;"));
}

/// A scenario of one's own: AAAA alone, which only hosts with IPv6 can use.
TEST_F(LabLookup, AnAnswerForAaaaAloneLeadsOverIpv6) {
  const ScratchFile scenario(
      "aaaa.toml",
      "schema = 1\n[about]\nid = 'aaaa'\ntitle = 't'\nteaches = 't'\n[network]\nproxy_name = "
      "'proxy.example.com'\n[[origin]]\nhost = 'tools.cisco.com'\n[[fault]]\nid = 'six'\nwhen "
      "= { point = 'lookup' }\ndo = { dns-answer = { address = 'fd00::a0a:a01' } }\n");
  const auto& file = scenario.path();
  const auto done = lab(file, kCurl);
  if (done.err.find("not available") != std::string::npos) GTEST_SKIP() << "no IPv6 here";
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("fd00::a0a:a01"));
  const auto elsewhere = misproxy({"run", file});
  EXPECT_THAT(elsewhere.err + elsewhere.out, HasSubstr("--world lab"));
}

/// Whatever is sent to it: it lives, and answers the next one.
TEST_F(LabLookup, HostileQuestionsDoNotEndIt) {
  const auto done = lab("proxy-name-unknown", R"(command -v python3 > /dev/null || exit 99
python3 - <<'END'
import random, socket
random.seed(1)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
good = bytes.fromhex('000701000001000000000000') + b'\x05proxy\x07example\x03com\x00\x00\x01\x00\x01'
to = ('10.40.40.254', 53)
for n in range(len(good)):
    s.sendto(good[:n], to)
for n in range(2000):
    bad = bytearray(good + bytes(random.randrange(40)))
    for _ in range(random.randrange(1, 6)):
        bad[random.randrange(len(bad))] = random.randrange(256)
    s.sendto(bytes(bad), to)
s.sendto(good[:12] + b'\xc0\x0c' + b'\x00\x01\x00\x01', to)
s.sendto(bytes(1400), to)
while True:
    s.sendto(bytes.fromhex('beef') + good[2:], to)
    if s.recv(2000)[:2].hex() == 'beef':
        break
print('alive')
END)");
  if (done.code == 99) GTEST_SKIP() << "no python3 here";
  EXPECT_EQ(done.out, "alive\n") << done.err;
}

TEST(LookupsElsewhere, AreRefusedByTheLiveWorldInOneLine) {
  const auto served = misproxy({"serve", "resolver-silent"});
  EXPECT_EQ(served.code, 2);
  EXPECT_THAT(served.err, HasSubstr("the worlds `virtual` and `lab` have one of their own"));
}

}  // namespace
}  // namespace misproxy::test
