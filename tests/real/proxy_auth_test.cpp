// Python's requests and Node against a proxy that asks for credentials.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/process.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kHead = R"(schema = 1
[about]
id = "asking"
title = "t"
teaches = "u"
[[origin]]
host = "a.test"
[[proxy.auth.user]]
name = "joe"
password = "p:w"
)";

struct Asking {
  explicit Asking(const std::string& auth)
      : served({folder.write("asking.toml", fmt::format("{}[proxy.auth]\n{}\n", kHead, auth))}) {}

  Finished runs(const std::vector<std::string>& program) const {
    const auto& ready = served.ready();
    return run(program, {"MISPROXY_CA=" + ready.ca, fmt::format("PROXY_PORT={}", ready.proxy_port),
                         "no_proxy=", "NO_PROXY="});
  }
  std::vector<std::string> judged() {
    served.stop();
    std::vector<std::string> words;
    for (const auto& line : served.trace()) {
      if (line.event.name == "auth") words.push_back(std::get<std::string>(*line.find("judged")));
    }
    return words;
  }

  Folder folder;
  Served served;
};

/// `asks` is what it makes of the proxy's address and of its session.
std::string python(const std::string& asks) {
  return "import os, requests\n"
         "from requests.auth import HTTPProxyAuth, HTTPDigestAuth\n"
         "port = os.environ['PROXY_PORT']\n"
         "def get(user='', **more):\n"
         "    proxies = {'https': f'http://{user}127.0.0.1:{port}'}\n"
         "    try:\n"
         "        return requests.get('https://a.test/healthcheck', proxies=proxies,\n"
         "                            verify=os.environ['MISPROXY_CA'], **more).text.strip()\n"
         "    except requests.exceptions.ProxyError as error:\n"
         "        return str(error)\n" +
         asks;
}

TEST(RealRequests, BringsBasicInTheProxysAddress) {
  Asking asking("");
  const auto right = asking.runs({"python3", "-c", python("print(get('joe:p%3Aw@'))")});
  EXPECT_EQ(right.out, "healthy\n") << right.err;
  const auto wrong = asking.runs({"python3", "-c", python("print(get('joe:wrong@'))")});
  EXPECT_THAT(wrong.out, HasSubstr("407 Proxy Authentication Required")) << wrong.err;
  EXPECT_THAT(asking.judged(), ElementsAre("accepted", "wrong-password"));
}

/// HTTPProxyAuth puts its header into the request inside the tunnel, which never comes to be.
TEST(RealRequests, HttpProxyAuthDoesNotReachTheConnect) {
  Asking asking("challenges = [\"Basic\"]");
  const auto asked =
      asking.runs({"python3", "-c", python("print(get(auth=HTTPProxyAuth('joe', 'p:w')))")});
  EXPECT_THAT(asked.out, HasSubstr("407 Proxy Authentication Required")) << asked.err;
  EXPECT_THAT(asking.judged(), ElementsAre("no-credentials"));
}

/// Its digest is about `/` whatever the target: refused, but by a proxy with the same mistake.
std::string python_digest() {
  return python(R"(
import http.client, requests.utils
auth = HTTPDigestAuth('joe', 'p:w')
def connect(header=None):
    ask = http.client.HTTPConnection('127.0.0.1', int(port))
    ask.request('CONNECT', 'a.test:443', headers={'Proxy-Authorization': header} if header else {})
    return ask.getresponse()
first = connect()
auth.init_per_thread_state()
challenge = first.headers.get_all('Proxy-Authenticate')[0]
auth._thread_local.chal = requests.utils.parse_dict_header(challenge.split(' ', 1)[1])
print(first.status, connect(auth.build_digest_header('CONNECT', 'https://a.test')).status)
)");
}

TEST(RealRequests, ComputesItsDigestOverSlash) {
  for (const auto* algorithm : {"MD5", "SHA-256"}) {
    const auto asks = fmt::format("challenges = [\"Digest\"]\nalgorithms = [\"{}\"]\n", algorithm);
    Asking strict(asks);
    const auto refused = strict.runs({"python3", "-c", python_digest()});
    EXPECT_EQ(refused.out, "407 400\n") << refused.err;
    EXPECT_THAT(strict.judged(), ElementsAre("no-credentials", "wrong-uri"));
    Asking alike(asks + "mistakes = [\"hashes-slash\"]");
    const auto passes = alike.runs({"python3", "-c", python_digest()});
    EXPECT_EQ(passes.out, "407 200\n") << passes.err;
    EXPECT_THAT(alike.judged(), ElementsAre("no-credentials", "accepted"));
  }
}

/// Digest as one writes it with Node's own http, tls and crypto.
constexpr auto kNode = R"node(
const http = require('http'), tls = require('tls'), crypto = require('crypto'), fs = require('fs');
const uri = 'a.test:443', user = 'joe', password = process.argv[1], hash = process.argv[2];
const digest = text => crypto.createHash(hash).update(text).digest('hex');
const proxy = {host: '127.0.0.1', port: process.env.PROXY_PORT, method: 'CONNECT', path: uri};
const connect = headers => new Promise((done, failed) => http.request({...proxy, headers})
  .on('connect', (answer, socket) => done({answer, socket})).on('error', failed).end());
(async () => {
  const first = await connect({});
  first.socket.destroy();
  const challenge = first.answer.headers['proxy-authenticate'];
  const parts = [...challenge.matchAll(/(\w+)="?([^",]+)"?/g)];
  const asked = Object.fromEntries(parts.map(found => [found[1], found[2]]));
  const secret = digest(`${user}:${asked.realm}:${password}`), what = digest(`CONNECT:${uri}`);
  const response = digest(`${secret}:${asked.nonce}:00000001:c:auth:${what}`);
  const second = await connect({'Proxy-Authorization': `Digest username="${user}", ` +
    `realm="${asked.realm}", nonce="${asked.nonce}", uri="${uri}", qop=auth, nc=00000001, ` +
    `cnonce="c", algorithm=${asked.algorithm}, response="${response}"`});
  console.log(first.answer.statusCode, second.answer.statusCode);
  if (second.answer.statusCode !== 200) return second.socket.destroy();
  const inside = tls.connect({socket: second.socket, servername: 'a.test',
    ca: fs.readFileSync(process.env.MISPROXY_CA), ALPNProtocols: ['http/1.1']});
  inside.write('GET /healthcheck HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
  let text = '';
  inside.on('data', bytes => text += bytes);
  inside.on('end', () => console.log(text.split('\r\n\r\n')[1]));
})();
)node";

TEST(RealNode, BringsDigest) {
  for (const auto& [algorithm, hash] : {std::pair("MD5", "md5"), std::pair("SHA-256", "sha256")}) {
    Asking asking(fmt::format("challenges = [\"Digest\"]\nalgorithms = [\"{}\"]\n", algorithm));
    const auto right = asking.runs({"node", "-e", kNode, "p:w", hash});
    EXPECT_THAT(right.out, HasSubstr("407 200\nhealthy")) << right.err;
    const auto wrong = asking.runs({"node", "-e", kNode, "wrong", hash});
    EXPECT_EQ(wrong.out, "407 407\n") << wrong.err;
    EXPECT_THAT(asking.judged(),
                ElementsAre("no-credentials", "accepted", "no-credentials", "wrong-password"));
  }
}

}  // namespace
}  // namespace misproxy::test
