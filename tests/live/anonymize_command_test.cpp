// misproxy anonymize: nothing of the original is left, and the evidence says the same.
#include <gmock/gmock.h>

#include <filesystem>
#include <regex>
#include <set>

#include "packets/capture_file.hpp"
#include "support/captures.hpp"
#include "support/process.hpp"
#include "support/real_cases.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

/// What a packet is, but for whose.
struct Facts {
  std::chrono::nanoseconds time{};
  std::uint32_t length = 0;
  std::size_t captured = 0;
  std::optional<std::uint32_t> seq;
  std::optional<std::uint32_t> ack;
  std::string flags;
  std::uint16_t port = 0;
  bool operator==(const Facts&) const = default;
};

struct Packets {
  std::vector<Facts> facts;
  std::set<std::string> hosts;  // their bytes
};

Packets packets_of(const fs::path& path) {
  Packets out;
  auto opened = evidence::CaptureFile::open(path.string());
  auto* file = std::get_if<evidence::CaptureFile>(&opened);
  EXPECT_NE(file, nullptr) << path;
  while (const auto* each = file == nullptr ? nullptr : file->next()) {
    for (const auto* end : {&each->source, &each->destination}) {
      const auto& bytes = end->host.bytes;
      if (end->host.family != evidence::HostId::Family::none && bytes[0] != 127)
        out.hosts.insert(std::string(bytes.begin(), bytes.end()));
    }
    if (each->kind == evidence::WirePacket::Kind::other) continue;
    out.facts.push_back({*each->time, each->length, each->payload.size(), each->seq, each->ack,
                         std::string{each->syn ? 'S' : '-', each->fin ? 'F' : '-',
                                     each->rst ? 'R' : '-', each->psh ? 'P' : '-'},
                         each->source.port});
  }
  return out;
}

/// Addresses and names as texts have them, by their looks alone.
std::set<std::string> identifiers_of(const std::string& text) {
  static const std::regex kLooks(
      R"(\b\d{1,3}(\.\d{1,3}){3}\b|\b[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.(com|org|net|example|de)\b)");
  std::set<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), kLooks), end; at != end; ++at)
    if (!at->str().starts_with("127.") && at->str() != "0.0.0.0") out.insert(at->str());
  return out;
}

class Anonymize : public testing::TestWithParam<std::string> {};

TEST_P(Anonymize, NothingOfTheOriginalIsLeftAndTheVerdictStays) {
  const auto from = kCases / GetParam();
  Folder folder;
  const auto out = folder / "out";
  std::vector<std::string> words{"anonymize", "--out", out.string(), (from / "case.pcap").string()};
  std::set<std::string> identifiers;
  for (const auto* text : {"case.curl", "case.txt"}) {
    if (!fs::exists(from / text)) continue;
    words.push_back((from / text).string());
    identifiers.merge(identifiers_of(text_of(from / text)));
  }
  const auto done = misproxy(words);
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr(", as of the original\n"));

  ASSERT_FALSE(identifiers.empty());
  for (const auto& file : fs::directory_iterator(out)) {
    const auto bytes = text_of(file.path());
    for (const auto& each : identifiers)
      EXPECT_EQ(bytes.find(each), std::string::npos) << each << " in " << file.path();
  }
  const auto before = packets_of(from / "case.pcap");
  const auto after = packets_of(out / "1-capture.pcap");
  EXPECT_TRUE(before.facts == after.facts) << "times, sizes, flags, numbers and ports stay";
  for (const auto& host : before.hosts)
    EXPECT_FALSE(after.hosts.contains(host));
  const auto tshark = run({"tshark", "-r", (out / "1-capture.pcap").string()});
  EXPECT_EQ(tshark.code, 0) << tshark.err;
}

INSTANTIATE_TEST_SUITE_P(OfTheField, Anonymize, testing::ValuesIn(case_names()),
                         [](const auto& each) {
                           auto name = each.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// Checksums that were right are, with names, addresses and bodies that differ; tshark has nothing
/// to say that it had not before.
TEST(AnonymizeCommand, ChecksumsHold) {
  Folder folder;
  const auto from = folder.write("story.pcapng", pcapng_file(whole_story()));
  const auto done = misproxy({"anonymize", "--out", (folder / "o").string(), from});
  ASSERT_NE(done.out, "") << done.err;
  EXPECT_EQ(remarks((folder / "o" / "1-capture.pcap").string()), remarks(from));
}

TEST(AnonymizeCommand, OneNameInAllFilesAndNothingOfTheFilesOwn) {
  Folder folder;
  const auto log = folder.write("acme-prod.log",
                                "* Connected to zeus.acme.com (192.0.2.7) port 3128 (#0)\n"
                                "> CONNECT updates.acme.com:443 HTTP/1.1\n"
                                "> Proxy-Authorization: Basic YWxpY2U6c2VjcmV0\n"
                                "< HTTP/1.1 403 Forbidden\n< Set-Cookie: sid=4711abc\n< \n"
                                "<html>Dear alice, acme says no</html>\n"
                                "curl: (56) CONNECT tunnel failed, response 403\n");
  const auto table = folder.write(
      "netstat.txt",
      "tcp        0      0 10.40.40.1:48584        192.0.2.7:3128          ESTABLISHED\n");
  const auto done =
      misproxy({"anonymize", "--format", "json", "--out", (folder / "o").string(), log, table});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr(R"("verdict":"proxy-denied")"));
  const auto text = text_of(folder / "o" / "1-curl.log");
  const auto sockets = text_of(folder / "o" / "1-sockets.txt");
  for (const auto* gone : {"zeus", "acme", "192.0.2.7", "updates", "YWxp", "4711", "alice", "Dear"})
    EXPECT_THAT(text + sockets, Not(HasSubstr(gone)));
  std::smatch address;
  ASSERT_TRUE(std::regex_search(text, address, std::regex(R"(\(([0-9.]+)\) port 3128)")));
  EXPECT_THAT(sockets, HasSubstr(address[1].str() + ":3128"));
}

TEST(AnonymizeCommand, NothingIsWrittenOverAndWhatCannotBeDoneIsSaid) {
  Folder folder;
  const auto log = folder.write(
      "a.log", "curl: (7) Failed to connect to 192.0.2.7 port 80: Connection refused\n");
  const auto out = (folder / "o").string();
  EXPECT_EQ(misproxy({"anonymize", log, "--out", out}).code, 0);
  const auto again = misproxy({"anonymize", log, "--out", out});
  EXPECT_EQ(again.code, 3);
  EXPECT_THAT(again.err, HasSubstr("File exists"));
  EXPECT_EQ(misproxy({"anonymize", log}).code, 2);
  EXPECT_EQ(misproxy({"anonymize", (folder / "none").string(), "--out", out}).code, 2);
  EXPECT_EQ(misproxy({"anonymize", folder.write("e", ""), "--out", out}).code, 2);
  EXPECT_EQ(misproxy({"anonymize", folder.write("noise", "\x01\x02\x03 noise"), "--out", out}).code,
            2);
}

}  // namespace
}  // namespace misproxy::test
