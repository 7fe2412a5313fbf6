#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "core/glob.hpp"
#include "support/served.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

std::string scenario_text(std::string_view origin, std::string_view rest = "") {
  return fmt::format(
      "schema = 1\n[about]\nid = 'certificates'\ntitle = 't'\nteaches = 't'\n[[origin]]\n"
      "host = 'a.test'\n{}\n{}\n",
      origin, rest);
}

/// A scenario that is served, and what curl and Python say of its origin.
struct Shown {
  explicit Shown(std::string_view origin, std::string_view rest = "")
      : served({folder.write("certificates.toml", scenario_text(origin, rest))}) {}

  CurlResult curl(const std::vector<std::string>& flags = {}) {
    ClientSettings client;
    client.url = "https://a.test/healthcheck";
    client.method = ClientSettings::Method::get;
    auto arguments = curl_arguments(served.ready(), client);
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return test::curl(arguments, client);
  }

  /// curl's `%{ssl_verify_result}`.
  std::string verify_result() {
    return run({"curl", "-q", "-sS", "-x", served.ready().proxy_url, "--cacert", served.ready().ca,
                "-o", "/dev/null", "-w", "%{ssl_verify_result}", "https://a.test/healthcheck"},
               {"no_proxy=", "NO_PROXY="})
        .out;
  }

  /// What Python's ssl finds wrong, by OpenSSL's number; 0 where it is content.
  std::string python() {
    constexpr auto kScript =
        "import http.client, ssl, sys\n"
        "context = ssl.create_default_context(cafile=sys.argv[2])\n"
        "c = http.client.HTTPSConnection('127.0.0.1', int(sys.argv[1]), context=context)\n"
        "c.set_tunnel('a.test', 443)\n"
        "try:\n"
        "    c.request('GET', '/healthcheck')\n"
        "    print(0, c.getresponse().status)\n"
        "except ssl.SSLCertVerificationError as e:\n"
        "    print(e.verify_code, e.verify_message)\n"
        "except OSError as e:\n"
        "    print(type(e).__name__, e)\n";
    return run({"python3", "-c", kScript, std::to_string(served.port()), served.ready().ca}).out;
  }

  Folder folder;
  Served served;
};

/// FACTS: curl's exit, its verify result and words, and the number that Python has for it.
struct Expected {
  std::string kind;
  int exit;
  std::string_view verify_result;
  std::string_view message;
  std::string_view python;
};

void PrintTo(const Expected& expected, std::ostream* out) { *out << expected.kind; }

class ACertificate : public testing::TestWithParam<Expected> {};

TEST_P(ACertificate, IsRefusedInTheWordsOfItsKind) {
  const auto& expected = GetParam();
  Shown shown(fmt::format("certificate = '{}'", expected.kind));
  const auto result = shown.curl();
  EXPECT_EQ(result.exit, expected.exit) << result.message;
  EXPECT_EQ(result.http_connect, 200);
  EXPECT_EQ(result.http_code, expected.exit == 0 ? 200 : 0);
  EXPECT_TRUE(glob_matches(expected.message, result.message)) << result.message;
  EXPECT_EQ(shown.verify_result(), expected.verify_result);
  EXPECT_TRUE(glob_matches(expected.python, shown.python())) << shown.python();
  const auto stopped = shown.served.stop();
  EXPECT_EQ(stopped.err.find("does it trust"), std::string::npos)
      << "the scenario says what is wrong";
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ACertificate,
    testing::Values(Expected{"good", 0, "0", "", "0 200*"},
                    Expected{"expired", 60, "10", "*certificate has expired*", "10 *"},
                    Expected{"not-yet-valid", 60, "9", "*certificate is not yet valid*", "9 *"},
                    Expected{"wrong-host", 60, "1",
                             "*no alternative certificate subject name matches*", "62 *"},
                    Expected{"self-signed", 60, "18", "*self-signed certificate*", "18 *"},
                    Expected{"incomplete-chain", 60, "20",
                             "*unable to get local issuer certificate*", "20 *"},
                    Expected{"untrusted-ca", 60, "19",
                             "*self-signed certificate in certificate chain*", "19 *"},
                    Expected{"weak-key", 60, "66", "*EE certificate key too weak*", "66 *"},
                    Expected{"sha-1", 60, "68", "*CA signature digest algorithm too weak*", "68 *"},
                    Expected{"revoked", 0, "0", "", "0 200*"},
                    Expected{"no-san", 0, "0", "", "0 200*"}),
    [](const auto& param) { return test_name(param.param.kind); });

TEST(TheCatalogue, IsRevokedInTheListAndInTheStaple) {
  Shown shown("certificate = 'revoked'");
  const auto list = (shown.folder / "crl.pem").string();
  EXPECT_EQ(misproxy({"ca", "--crl", list}).code, 0);
  const auto by_list = shown.curl({"--crlfile", list});
  EXPECT_EQ(by_list.exit, 60);
  EXPECT_TRUE(glob_matches("*certificate revoked*", by_list.message)) << by_list.message;
  const auto by_staple = shown.curl({"--cert-status"});
  EXPECT_EQ(by_staple.exit, 91) << by_staple.message;
  EXPECT_TRUE(glob_matches("*revocation reason: keyCompromise*", by_staple.message))
      << by_staple.message;
  shown.served.stop();
  Shown good("");
  EXPECT_EQ(good.curl({"--crlfile", list}).exit, 0) << "no other is in the list";
  good.served.stop();
}

TEST(TheCatalogue, AFaultShowsACertificateForOneAttempt) {
  Shown shown("",
              "[[fault]]\nid = 'bad'\nwhen = { point = 'upstream-connect', attempt = 2 }\n"
              "do = { certificate = { kind = 'self-signed' } }\n");
  EXPECT_EQ(shown.curl().exit, 0);
  EXPECT_EQ(shown.curl().exit, 60);
  EXPECT_EQ(shown.curl().exit, 0);
  shown.served.stop();
  std::vector<std::int64_t> attempts;
  for (const auto& line : shown.served.trace()) {
    if (line.event.cause == Cause::injected) {
      EXPECT_EQ(line.event.name, "certificate");
      attempts.push_back(line.connection);
    }
  }
  EXPECT_EQ(attempts, std::vector<std::int64_t>{2});
}

TEST(TheCatalogue, OldVersionsAndNoSharedCipher) {
  for (const auto* version : {"1.0", "1.1"}) {
    Shown old(fmt::format("tls = ['{}']", version));
    EXPECT_EQ(old.curl().exit, 35);
    const std::string minimum = fmt::format("--tlsv{}", version);
    const auto result =
        old.curl({minimum, "--tls-max", version, "--ciphers", "DEFAULT@SECLEVEL=0"});
    EXPECT_EQ(result.exit, 0) << version << ": " << result.message;
    old.served.stop();
  }
  for (const auto* version : {"1.2", "1.3"}) {
    Shown none(fmt::format("tls = ['{}']\nciphers = 'none-shared'", version));
    const auto result = none.curl();
    EXPECT_EQ(result.exit, 35) << version;
    EXPECT_TRUE(glob_matches("*handshake failure*", result.message)) << result.message;
    none.served.stop();
  }
}

class AClientCertificate : public testing::TestWithParam<std::string> {};

TEST_P(AClientCertificate, IsAskedFor) {
  const auto& version = GetParam();
  const auto tls = fmt::format("tls = ['{}']\n", version);
  Shown wanted(tls + "client_certificate = 'wanted'");
  Shown required(tls + "client_certificate = 'required'");
  const auto mine = (wanted.folder / "client.pem").string();
  EXPECT_EQ(misproxy({"ca", "--client-certificate", mine}).code, 0);
  EXPECT_EQ(wanted.curl().exit, 0);
  EXPECT_EQ(wanted.curl({"--cert", mine}).exit, 0);
  EXPECT_EQ(required.curl({"--cert", mine}).exit, 0);
  const auto missing = required.curl();
  if (version == "1.2") {
    EXPECT_EQ(missing.exit, 35) << missing.message;
  } else {
    EXPECT_TRUE(missing.exit == 55 || missing.exit == 56) << missing.exit << missing.message;
  }
  wanted.served.stop();
  required.served.stop();
  std::vector<std::string> subjects;
  for (const auto& line : wanted.served.trace()) {
    if (line.event.name != "tls-handshake") continue;
    const auto* subject = line.find("client_certificate");
    subjects.push_back(subject == nullptr ? "" : std::get<std::string>(*subject));
  }
  EXPECT_EQ(subjects, (std::vector<std::string>{"", "CN=misproxy client"}));
}

INSTANTIATE_TEST_SUITE_P(Versions, AClientCertificate, testing::Values("1.2", "1.3"),
                         [](const auto& param) {
                           return param.param == "1.2" ? "tls_1_2" : "tls_1_3";
                         });

// --- inspection

constexpr std::string_view kInspect =
    "[[fault]]\nid = 'inspection'\nwhen.point = 'upstream-connect'\ndo.inspect.ca = '{}'\n";
constexpr std::string_view kInner =
    "[[fault]]\nid = 'inner'\nwhen.point = 'inner-request'\n"
    "do.respond = {{ status = 418, headers = ['X-Inner: yes'] }}\n";

TEST(Inspection, PassesWithATrustedCaAndFailsWithAnother) {
  Shown trusted("", fmt::format(kInspect, "trusted"));
  const auto passed = trusted.curl({"-v"});
  EXPECT_EQ(passed.exit, 0) << passed.message;
  EXPECT_EQ(passed.http_code, 200);
  EXPECT_TRUE(glob_matches("0 200*", trusted.python()));
  trusted.served.stop();
  Shown untrusted("", fmt::format(kInspect, "untrusted"));
  const auto refused = untrusted.curl();
  EXPECT_EQ(refused.exit, 60);
  EXPECT_EQ(untrusted.verify_result(), "19");
  EXPECT_TRUE(glob_matches("19 *", untrusted.python()));
  EXPECT_EQ(untrusted.curl({"-k"}).http_code, 200);
  untrusted.served.stop();
}

TEST(Inspection, InnerHttpCanBeFaultedInBoth) {
  for (const auto* ca : {"trusted", "untrusted"}) {
    Shown shown("", fmt::format(kInspect, ca) + fmt::format(kInner));
    const auto result = shown.curl({"-k", "-i"});
    EXPECT_EQ(result.http_code, 418) << ca << ": " << result.message;
    EXPECT_NE(result.out.find("X-Inner: yes"), std::string::npos);
    shown.served.stop();
  }
}

TEST(Inspection, AnswersForAnOriginThatIsNotToBeTrusted) {
  Shown shown("certificate = 'expired'", fmt::format(kInspect, "trusted"));
  const auto result = shown.curl({"-i"});
  EXPECT_EQ(result.exit, 0) << result.message;
  EXPECT_EQ(result.http_code, 503);
  EXPECT_NE(result.out.find("certificate has expired"), std::string::npos) << result.out;
  shown.served.stop();
}

TEST(Inspection, LeavesTheTunnelsFaultsWhereTheyWere) {
  Shown shown("", fmt::format(kInspect, "trusted") +
                      "[[fault]]\nid = 'cut'\nwhen = { point = 'tunnel', direction = 'to_client', "
                      "offset_bytes = 5000 }\ndo.close.how = 'rst'\n");
  ClientSettings client;
  client.url = "https://a.test/bytes/100000";
  client.method = ClientSettings::Method::get;
  EXPECT_EQ(curl(curl_arguments(shown.served.ready(), client), client).exit, 56);
  EXPECT_EQ(shown.curl().exit, 0) << "a short one does not come so far";
  shown.served.stop();
  for (const auto& line : shown.served.trace()) {
    if (line.event.name != "closed" || line.connection != 1) continue;
    // What the client got: the 200 to its CONNECT, and 5,000 bytes of TLS behind it.
    const auto* bytes = line.find_measured("bytes_out");
    ASSERT_NE(bytes, nullptr);
    EXPECT_EQ(std::get<std::int64_t>(*bytes), 5000 + 39);
  }
}

TEST(Inspection, CarriesMegabytesAndUploads) {
  Shown shown("", fmt::format(kInspect, "trusted"));
  ClientSettings client;
  client.url = "https://a.test/bytes/8000000";
  client.method = ClientSettings::Method::get;
  EXPECT_EQ(curl(curl_arguments(shown.served.ready(), client), client).out.size(), 8'000'000U);
  client.url = "https://a.test/upload";
  auto upload = curl_arguments(shown.served.ready(), client);
  const auto file = shown.folder.write("upload", std::string(3'000'000, 'x'));
  upload.insert(upload.end(), {"-T", file});
  EXPECT_EQ(curl(upload, client).http_code, 200);
  shown.served.stop();
}

// --- a proxy behind TLS

TEST(AProxyBehindTls, IsReachedByNameAndByAddress) {
  Shown shown("", "[proxy]\ntls = true\n");
  const auto& ready = shown.served.ready();
  EXPECT_EQ(ready.proxy_url, fmt::format("https://127.0.0.1:{}", ready.proxy_port));
  EXPECT_EQ(shown.curl().exit, 0);
  const auto named = fmt::format("https://localhost:{}", ready.proxy_port);
  const auto by_name = shown.curl({"-x", named});
  EXPECT_EQ(by_name.exit, 0) << by_name.message;
  const auto plain = shown.curl({"-x", fmt::format("http://127.0.0.1:{}", ready.proxy_port)});
  EXPECT_EQ(plain.exit, 56) << plain.message;
  EXPECT_EQ(plain.http_connect, 0);
  EXPECT_EQ(shown.curl().exit, 0) << "the next one works";
  const auto stopped = shown.served.stop();
  EXPECT_TRUE(glob_matches("*curl -x https://127.0.0.1:* --proxy-cacert *", stopped.err))
      << stopped.err;
}

TEST(AProxyBehindTls, ShowsACertificateOfTheCatalogue) {
  Shown shown("", "[proxy]\ntls = true\ncertificate = 'expired'\n");
  EXPECT_EQ(shown.curl().exit, 60);
  EXPECT_EQ(shown.served.stop().err.find("does it trust"), std::string::npos);
}

/// A plain proxy refuses a ClientHello as no request; FACTS' row, of one that waits, is a stall.
TEST(AProxyBehindTls, IsMissedByWhoSpeaksTlsToAPlainOne) {
  Shown plain("");
  const auto url = [](const Shown& shown) {
    return fmt::format("https://127.0.0.1:{}", shown.served.port());
  };
  const auto refused = plain.curl({"-x", url(plain)});
  EXPECT_EQ(refused.exit, 35) << refused.message;
  plain.served.stop();
  Shown waits("", "[[fault]]\nid = 'wait'\nwhen.point = 'accept'\ndo.stall = {}\n");
  EXPECT_EQ(waits.curl({"-x", url(waits), "-m", "1"}).exit, 28);
  waits.served.stop();
}

TEST(AProxyBehindTls, FiftyClientsOneDigest) {
  std::set<std::string> digests;
  for (int i = 0; i < 2; ++i) {
    Shown shown("", fmt::format("[proxy]\ntls = true\n") + fmt::format(kInspect, "trusted"));
    ClientSettings client;
    client.url = "https://a.test/bytes/100000";
    client.method = ClientSettings::Method::get;
    std::vector<Process> curls;
    for (int n = 0; n < 50; ++n) {
      auto arguments = curl_arguments(shown.served.ready(), client);
      arguments.insert(arguments.end(), {"-o", "/dev/null"});
      curls.emplace_back(arguments, std::vector<std::string>{"no_proxy="});
    }
    for (auto& process : curls)
      EXPECT_EQ(process.wait().code, 0);
    shown.served.stop();
    digests.insert(trace_digest(shown.served.trace()));
  }
  EXPECT_EQ(digests.size(), 1U);
}

}  // namespace
}  // namespace misproxy::test
