// What Node's clients write: undici, axios, npm, yarn.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kNode[] = {
    {"undici_407",
     "TypeError: fetch failed\n"
     "    at node:internal/deps/undici/undici:12345:11 {\n"
     "  [cause]: RequestAbortedError [AbortError]: Proxy response (407) !== 200 when HTTP "
     "Tunneling\n"
     "    code: 'UND_ERR_ABORTED'\n"
     "}\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"undici_403",
     "  cause: RequestAbortedError [AbortError]: Proxy response (403) !== 200 when HTTP "
     "Tunneling\n",
     "proxy-denied", Confidence::ambiguous},
    {"undici_ct",
     "TypeError: fetch failed\n"
     "    at node:internal/deps/undici/undici:12345:11 {\n"
     "  [cause]: ConnectTimeoutError: Connect Timeout Error (attempted address: 10.9.8.7:3128, "
     "timeout: 10000ms)\n"
     "    code: 'UND_ERR_CONNECT_TIMEOUT'\n",
     "proxy-syn-unanswered", Confidence::likely},
    {"undici_other",
     "TypeError: fetch failed {\n"
     "  [cause]: SocketError: other side closed\n"
     "    at TLSSocket.onSocketEnd (node:internal/deps/undici/undici:8280:26) {\n"
     "    code: 'UND_ERR_SOCKET',\n"
     "    socket: { localAddress: '10.0.0.1', localPort: 50123, remoteAddress: '10.9.8.7', "
     "remotePort: 3128, bytesWritten: 200, bytesRead: 500 }\n",
     "empty-reply", Confidence::ambiguous},
    {"undici_hto",
     "TypeError: fetch failed {\n"
     "  [cause]: HeadersTimeoutError: Headers Timeout Error\n"
     "    code: 'UND_ERR_HEADERS_TIMEOUT'\n",
     "response-stall", Confidence::ambiguous},
    {"undici_bto",
     "TypeError: terminated {\n"
     "  [cause]: BodyTimeoutError: Body Timeout Error\n"
     "    code: 'UND_ERR_BODY_TIMEOUT'\n",
     "response-stall", Confidence::ambiguous},
    {"undici_refused",
     "TypeError: fetch failed\n"
     "  [cause]: Error: connect ECONNREFUSED 10.9.8.7:3128\n"
     "      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {\n"
     "    errno: -111,\n"
     "    code: 'ECONNREFUSED',\n"
     "    syscall: 'connect',\n"
     "    address: '10.9.8.7',\n"
     "    port: 3128\n",
     "proxy-refused", Confidence::likely},
    {"axios_407",
     "AxiosError: Request failed with status code 407\n"
     "    at settle (/app/node_modules/axios/dist/node/axios.cjs:1967:12)\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"axios_503",
     "AxiosError: Request failed with status code 503\n"
     "    at settle (/app/node_modules/axios/dist/node/axios.cjs:1967:12)\n",
     "proxy-unavailable", Confidence::ambiguous},
    {"axios_to",
     "AxiosError: timeout of 5000ms exceeded\n"
     "    code: 'ECONNABORTED'\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"axios_hangup",
     "AxiosError: socket hang up\n"
     "    code: 'ECONNRESET',\n",
     "empty-reply", Confidence::ambiguous},
    {"axios_name",
     "AxiosError: getaddrinfo ENOTFOUND px.a.test\n"
     "    errno: -3008,\n"
     "    code: 'ENOTFOUND',\n",
     "host-name-unresolved", Confidence::certain},
    {"node_eai", "Error: getaddrinfo EAI_AGAIN registry.a.test\n", "host-name-unresolved",
     Confidence::certain},
    {"node_eproto",
     "Error: write EPROTO 140735:error:1408F10B:SSL routines:ssl3_get_record:wrong version "
     "number:../deps/openssl/openssl/ssl/record/ssl3_record.c:332:\n",
     "tls-not-tls", Confidence::ambiguous},
    {"node_leaf",
     "Error: unable to verify the first certificate\n"
     "    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'\n",
     "tls-untrusted-ca", Confidence::certain},
    {"node_selfsigned_code", "npm error code SELF_SIGNED_CERT_IN_CHAIN\n", "tls-untrusted-ca",
     Confidence::certain},
    {"node_altname",
     "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: "
     "Host: b.test. is not in the cert's altnames: DNS:c.test\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"node_altname_code", "npm error code ERR_TLS_CERT_ALTNAME_INVALID\n", "tls-cert-wrong-host",
     Confidence::certain},
    {"node_expired_code", "npm ERR! code CERT_HAS_EXPIRED\n", "tls-cert-expired",
     Confidence::certain},
    {"node_issuer_code", "npm ERR! code UNABLE_TO_GET_ISSUER_CERT_LOCALLY\n", "tls-untrusted-ca",
     Confidence::certain},
    {"node_before_secure",
     "Error: Client network socket disconnected before secure TLS connection was established\n"
     "    code: 'ECONNRESET',\n",
     "tls-closed", Confidence::ambiguous},
    {"tunnel_407", "npm ERR! tunneling socket could not be established, statusCode=407\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"tunnel_refused",
     "npm ERR! network tunneling socket could not be established, cause=connect ECONNREFUSED "
     "10.9.8.7:3128\n",
     "proxy-refused", Confidence::certain},
    {"tunnel_name",
     "npm ERR! network tunneling socket could not be established, cause=getaddrinfo ENOTFOUND "
     "px.a.test\n",
     "proxy-name-unresolved", Confidence::certain},
    {"tunnel_hangup",
     "npm ERR! network tunneling socket could not be established, cause=socket hang up\n",
     "proxy-closed-without-reply", Confidence::ambiguous},
    {"tunnel_timeout",
     "npm ERR! network tunneling socket could not be established, cause=connect ETIMEDOUT "
     "10.9.8.7:3128\n",
     "proxy-syn-unanswered", Confidence::certain},
    {"npm_refused",
     "npm error code ECONNREFUSED\n"
     "npm error syscall connect\n"
     "npm error errno ECONNREFUSED\n"
     "npm error FetchError: request to https://registry.npmjs.org/x failed, reason: connect "
     "ECONNREFUSED 10.9.8.7:3128\n"
     "npm error If you are behind a proxy, please make sure that the\n"
     "npm error 'proxy' config is set properly.  See: 'npm help config'\n",
     "proxy-refused", Confidence::likely},
    {"npm_407",
     "npm ERR! code E407\n"
     "npm ERR! 407 Proxy Authentication Required - GET https://registry.npmjs.org/x\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"npm_403",
     "npm error code E403\n"
     "npm error 403 403 Forbidden - GET https://registry.npmjs.org/x\n"
     "npm error 403 In most cases, you or one of your dependencies are requesting\n",
     "proxy-denied", Confidence::ambiguous},
    {"npm_reset",
     "npm ERR! code ECONNRESET\n"
     "npm ERR! network request to https://registry.npmjs.org/x failed, reason: read ECONNRESET\n"
     "npm ERR! network This is a problem related to network connectivity.\n"
     "npm ERR! network In most cases you are behind a proxy or have bad network settings.\n",
     "reset-mid-transfer", Confidence::ambiguous},
    {"npm_sockto",
     "npm error code ERR_SOCKET_TIMEOUT\n"
     "npm error network Socket timeout\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"npm_idle",
     "npm ERR! code EIDLETIMEOUT\n"
     "npm ERR! Idle timeout reached for host `registry.npmjs.org:443`\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"yarn_conn",
     "error An unexpected error occurred: \"https://registry.yarnpkg.com/x: ETIMEDOUT\".\n"
     "info There appears to be trouble with your network connection. Retrying...\n",
     "not-enough-evidence", Confidence::ambiguous},
};

class NodeWordings : public Wordings {};

TEST_P(NodeWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, NodeWordings, testing::ValuesIn(kNode), name_of);

}  // namespace
}  // namespace misproxy::test
