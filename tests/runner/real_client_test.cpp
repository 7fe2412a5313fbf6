#include "drivers/real_client.hpp"

#include <gmock/gmock.h>

#include <set>

#include "drivers/client_told.hpp"

namespace misproxy {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const ClientErrand kErrand{"http://127.0.0.1:3128", "/ca.pem", "/own", "/built"};

TEST(RealClients, HaveNamesOfTheirOwnAndLeaveNothingToFill) {
  std::set<std::string_view> names;
  for (const auto& client : real_clients()) {
    EXPECT_TRUE(names.insert(client.name).second) << client.name;
    EXPECT_EQ(find_real_client(client.name), &client);
    for (const auto& words :
         {tell(client, {}, kErrand).argv, tell(client, {}, kErrand).environment})
      for (const auto& word : words)
        for (const auto* name : {"{proxy", "{url}", "{ca}", "{folder}", "{script}", "{host}"})
          EXPECT_THAT(word, Not(HasSubstr(name))) << client.name;
  }
  EXPECT_EQ(find_real_client("curll"), nullptr);
}

TEST(RealClients, AreToldOfProxyAndCaAndOfNoUsersSettings) {
  ClientSettings settings;
  settings.url = "https://a.test:8443/path";
  settings.proxy_auth = ClientSettings::Auth::basic;
  settings.proxy_user = "u@x";
  settings.proxy_password = "p:w";
  const auto told = tell(*find_real_client("python-requests"), settings, kErrand);
  EXPECT_THAT(told.environment, AllOf(Contains("https_proxy=http://u%40x:p%3Aw@127.0.0.1:3128"),
                                      Contains("REQUESTS_CA_BUNDLE=/ca.pem"), Contains("HOME=/own"),
                                      Contains("no_proxy="), Contains("ALL_PROXY=")));
  const auto openssl = tell(*find_real_client("openssl"), settings, kErrand);
  EXPECT_THAT(openssl.argv,
              AllOf(Contains("127.0.0.1:3128"), Contains("a.test:8443"), Contains("pass:p:w")));
  EXPECT_THAT(openssl.input, HasSubstr("HEAD /path HTTP/1.1\r\nHost: a.test\r\n"));
}

TEST(RealClients, SendTheWholeBodyAndTheHeaders) {
  ClientSettings settings;
  settings.method = ClientSettings::Method::post;
  settings.body_bytes = 50'000;
  settings.headers = {"A: b", "C: {d}"};
  for (const auto* name : {"curl", "wget"})
    EXPECT_EQ(tell(*find_real_client(name), settings, kErrand).input.size(), 50'000) << name;
  EXPECT_THAT(tell(*find_real_client("wget"), settings, kErrand).argv,
              AllOf(Contains("--body-file=/dev/stdin"), Contains("--header=A: b"),
                    Contains("--header=C: {d}")));
}

TEST(RealClients, SayWhatTheyCannotDo) {
  ClientSettings plain;
  plain.url = "http://a.test/";
  EXPECT_THAT(why_not_told(*find_real_client("openssl"), plain), HasSubstr("TLS alone"));
  EXPECT_EQ(why_not_told(*find_real_client("curl"), plain), "");
  plain.headers = {"Range: bytes=1-"};
  EXPECT_THAT(why_not_told(*find_real_client("ruby"), plain), HasSubstr("headers"));
  EXPECT_EQ(why_not_told(*find_real_client("wget"), plain), "");
}

TEST(LastWordsOf, ReadWhatEachSays) {
  const auto read = [](const char* name, std::string_view output, int exit) {
    return read_last_words(find_real_client(name)->says, output, exit);
  };
  const auto urllib = read("python-urllib", "said: status=404\nerror: HTTPError: not here\n", 1);
  EXPECT_EQ(urllib.status, 404);
  EXPECT_EQ(urllib.message, "error: HTTPError: not here");
  EXPECT_FALSE(urllib.success);
  const auto curl = read("curl", "curl: (18) transfer closed\nsaid: status=200 bytes=100000\n", 18);
  EXPECT_EQ(curl.status, 200);
  EXPECT_EQ(curl.bytes, 100000U);
  EXPECT_EQ(curl.message, "curl: (18) transfer closed");
  EXPECT_EQ(read("curl", "said: status=000 bytes=0\n", 7).status, std::nullopt);
  EXPECT_EQ(read("git", "fatal: x: The requested URL returned error: 502\n", 128).status, 502);
  const auto apt =
      read("apt", "E: Failed to fetch https://a.test/  404  Not Found [IP: 1.2]\n", 100);
  EXPECT_EQ(apt.status, 404);
  const auto wget = read("wget", "Proxy tunneling failed: Forbidden\n", 4);
  EXPECT_EQ(wget.message, "Proxy tunneling failed: Forbidden");
}

TEST(LastWordsOf, TakeAnyBytes) {
  for (const auto& client : real_clients()) {
    std::string bytes;
    for (int i = 0; i < 4096; ++i)
      bytes += static_cast<char>(i * 7919 >> 3);
    for (const auto mark : client.says.status)
      bytes.append(mark).append("99999999999999999999999\n");
    for (const auto mark : client.says.message)
      bytes.append(mark);
    const auto words = read_last_words(client.says, bytes, 1);
    EXPECT_EQ(words.status, std::nullopt) << client.name;
    EXPECT_LE(words.message.size(), 400U);
    read_last_words(client.says, "", 0);
  }
}

}  // namespace
}  // namespace misproxy
