#include <gmock/gmock.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "core/sha256.hpp"
#include "support/tree.hpp"
#include "support/virtual_runs.hpp"
#include "trace/json_line.hpp"

namespace misproxy::test {
namespace {

class EveryScenariosBytes : public testing::TestWithParam<std::string> {};

/// `misproxy run --repeat 1000` is for hands; here fewer will do, and fewer still of a megabyte.
constexpr int kRuns = 60;
constexpr int kLargeRuns = 20;
constexpr std::size_t kLarge = 500'000;

TEST_P(EveryScenariosBytes, AreTheSameInEveryRun) {
  const Plan plan(scenario_named(GetParam()), 1);
  const RunRequest request{&plan, std::nullopt, true};
  VirtualRunner runner({});
  const auto first = runner.run(request);
  ASSERT_EQ(first.result.bytes_digest.size(), 64U);
  const auto runs = first.capture.size() > kLarge ? kLargeRuns : kRuns;
  for (int i = 1; i < runs; ++i)
    ASSERT_EQ(runner.run(request).result.bytes_digest, first.result.bytes_digest) << "run " << i;
  // Nor do they depend on what a runner has made before.
  EXPECT_EQ(run_virtually(plan.scenario()).result.bytes_digest, first.result.bytes_digest);
  const Plan other(plan.scenario(), 2);
  EXPECT_NE(runner.run({&other, std::nullopt, true}).result.bytes_digest,
            first.result.bytes_digest);
  EXPECT_EQ(runner.run(request).result.bytes_digest, first.result.bytes_digest);
}

INSTANTIATE_TEST_SUITE_P(Bundled, EveryScenariosBytes, testing::ValuesIn(every_id()), &id_as_name);

/// What one run left. `form`: time, flags, numbers and length of every packet, the trace, the
/// client's log: all that misproxy itself decides. `bytes`: the captures too, so the ciphertext,
/// the keys and the certificates, which are OpenSSL's work.
struct Digests {
  std::string form;
  std::string bytes;
  bool operator==(const Digests&) const = default;
};

Digests digests_of(const Run& run) {
  std::string text;
  for (const auto* capture : {&run.capture, &run.proxy_capture})
    text += fmt::format("{}\n", fmt::join(tcpdump_lines(*capture), "\n"));
  for (const auto& line : run.trace)
    text += to_json_line(line) + "\n";
  return {sha256_hex(text + run.log), run.result.bytes_digest};
}

const std::string kFile = MISPROXY_SOURCE_DIR "/tests/golden/digests.txt";

std::string openssl_here() { return OpenSSL_version(OPENSSL_VERSION_STRING); }

struct Golden {
  std::string openssl;
  std::map<std::string, Digests> digests;
};

Golden read_golden() {
  Golden golden;
  std::ifstream file(kFile);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string id;
    words >> id;
    if (id.empty() || id == "#") continue;
    if (id == "openssl") {
      words >> golden.openssl;
    } else {
      words >> golden.digests[id].form >> golden.digests[id].bytes;
    }
  }
  return golden;
}

void write_golden(const std::map<std::string, Digests>& digests) {
  std::ofstream file(kFile);
  file << "# Each scenario in the virtual world, seed 1: SHA-256 of the form of its packets with\n"
          "# trace and log, and of all its bytes. To write it anew, and to be read in the diff:\n"
          "#   MISPROXY_REWRITE_GOLDEN=1 build/release/tests/capture_tests "
          "--gtest_filter=GoldenDigests.*\n"
       << "openssl " << openssl_here() << "\n";
  for (const auto& [id, both] : digests)
    file << id << " " << both.form << " " << both.bytes << "\n";
}

std::map<std::string, Digests> digests_here() {
  std::map<std::string, Digests> digests;
  for (const auto& id : every_id())
    digests[id] = digests_of(run_virtually(scenario_named(id)));
  return digests;
}

// The same from gcc and clang, in every build and on every machine: the file has one digest only.
TEST(GoldenDigests, AreThoseOfTheFile) {
  const auto here = digests_here();
  if (std::getenv("MISPROXY_REWRITE_GOLDEN") != nullptr) write_golden(here);
  const auto golden = read_golden();
  ASSERT_EQ(golden.digests.size(), here.size()) << "scenarios came or went: renew " << kFile;
  const bool same_openssl = golden.openssl == openssl_here();
  for (const auto& [id, wanted] : golden.digests) {
    ASSERT_TRUE(here.contains(id)) << id;
    const auto& came = here.at(id);
    EXPECT_EQ(came.form, wanted.form)
        << id << ": packets, trace or log are others than before. If that is meant, renew the "
        << "file as its head says, and look at what changed with `misproxy capture text`";
    if (!same_openssl) continue;
    EXPECT_EQ(came.bytes, wanted.bytes)
        << id << ": the form of the packets is the same, but bytes in them are not: ciphertext, "
        << "keys or certificates";
  }
  if (!same_openssl) {
    RecordProperty("bytes", "not compared");
    std::cout
        << "Bytes were not compared: ciphertext and certificates are OpenSSL's work, the file "
        << "is from " << golden.openssl << ", and this is " << openssl_here() << "\n";
  }
}

}  // namespace
}  // namespace misproxy::test
