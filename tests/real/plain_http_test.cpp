// Programs of which each forwards its own way: plain HTTP through the proxy, without a CONNECT.

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "support/process.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

constexpr auto kScenario = R"(schema = 1
[about]
id = "plain"
title = "Plain HTTP"
teaches = "nothing"
[[origin]]
host = "deb.example.com"
port = 80
tls = []
[[fault]]
id = "release"
when = { point = "request-head", path = "*/InRelease" }
do.respond = { status = 404, body = "none" }
)";

constexpr auto kUrl = "http://deb.example.com/healthcheck";

struct Plain {
  Folder folder;
  Served served{{folder.write("plain.toml", kScenario)}};
};

TEST(RealPlainHttp, Wget) {
  Plain plain;
  const auto got =
      run({"wget", "-q", "-O", "-", "-e", "http_proxy=" + plain.served.ready().proxy_url, kUrl,
           "http://deb.example.com/"});
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_EQ(got.out, "healthy\nhealthy\n") << "and the redirect, on one connection";
  plain.served.stop();
}

TEST(RealPlainHttp, PythonsOwnClient) {
  Plain plain;
  const auto got = run({"python3", "-c", R"(
import http.client, sys
c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
def pieces():
    yield b'x' * 1000
    yield b'y' * 500
for method, path, body in (('GET', '/healthcheck', None), ('POST', '/upload', pieces()),
                           ('HEAD', '/bytes/7', None), ('GET', '/bytes/3', None)):
    c.request(method, 'http://deb.example.com' + path, body, encode_chunked=True,
              headers={'Transfer-Encoding': 'chunked'} if body else {})
    r = c.getresponse()
    print(r.status, len(r.read()))
)",
                        std::to_string(plain.served.port())});
  EXPECT_EQ(got.out, "200 8\n200 94\n200 0\n200 3\n") << got.err;
  plain.served.stop();
}

TEST(RealPlainHttp, PythonsRequests) {
  Plain plain;
  const auto got = run({"/usr/bin/python3", "-c", R"(
import requests, sys
s = requests.Session()
s.trust_env = False
s.proxies = {'http': sys.argv[1]}
print(s.get('http://deb.example.com/').text, s.post('http://deb.example.com/upload', data=b'x' * 99).text.split(',')[0])
)",
                        plain.served.ready().proxy_url});
  EXPECT_EQ(got.out, "healthy\n received 99 bytes\n") << got.err;
  plain.served.stop();
}

/// apt asks for an index in a root of its own, is told that there is none, and says so.
TEST(RealPlainHttp, Apt) {
  Plain plain;
  const auto root = (plain.folder / "root").string();
  for (const auto* each :
       {"etc/apt/apt.conf.d", "etc/apt/preferences.d", "var/lib/apt/lists/partial",
        "var/cache/apt/archives/partial", "var/lib/dpkg"}) {
    std::filesystem::create_directories(std::filesystem::path(root) / each);
  }
  const auto list = plain.folder.write(
      "sources.list", "deb [trusted=yes] http://deb.example.com/debian stable main\n");
  plain.folder.write("root/var/lib/dpkg/status", "");
  const auto got = run({"apt-get", "-o", "Dir=" + root, "-o", "Dir::Etc::sourcelist=" + list, "-o",
                        "Dir::Etc::sourceparts=/dev/null", "-o",
                        "Acquire::http::Proxy=" + plain.served.ready().proxy_url, "-o",
                        "APT::Sandbox::User=root", "-o", "Acquire::Retries=0", "update"});
  EXPECT_NE((got.out + got.err).find("404"), std::string::npos) << got.out << got.err;
  plain.served.stop();
  std::set<std::string> targets;
  for (const auto& line : plain.served.trace()) {
    if (const auto* target = line.find("target")) targets.insert(std::get<std::string>(*target));
  }
  EXPECT_TRUE(targets.contains("http://deb.example.com/debian/dists/stable/InRelease"));
}

}  // namespace
}  // namespace misproxy::test
