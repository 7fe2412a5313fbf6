// What apt, dnf, yum, git and openssl write, and curl's -w.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kTools[] = {
    {"apt_403",
     "Err:1 https://deb.a.test stable InRelease\n"
     "  Invalid response from proxy: HTTP/1.1 403 Forbidden  Server: squid [IP: 10.9.8.7 3128]\n"
     "E: The repository 'https://deb.a.test stable InRelease' is not signed.\n",
     "proxy-denied", Confidence::ambiguous},
    {"apt_407",
     "Err:1 https://deb.a.test stable InRelease\n"
     "  Invalid response from proxy: HTTP/1.1 407 Proxy Authentication Required  [IP: 10.9.8.7 "
     "3128]\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"apt_refused",
     "Err:1 https://deb.a.test stable InRelease\n"
     "  Could not connect to 10.9.8.7:3128 (10.9.8.7). - connect (111: Connection refused)\n"
     "W: Failed to fetch https://deb.a.test/dists/stable/InRelease  Could not connect to "
     "10.9.8.7:3128 (10.9.8.7). - connect (111: Connection refused)\n",
     "proxy-refused", Confidence::likely},
    {"apt_timeout",
     "Err:1 https://deb.a.test stable InRelease\n"
     "  Could not connect to px.a.test:3128 (10.9.8.7), connection timed out\n",
     "proxy-syn-unanswered", Confidence::likely},
    {"apt_name",
     "Err:1 http://deb.a.test stable InRelease\n"
     "  Temporary failure resolving 'px.a.test'\n",
     "proxy-name-unresolved", Confidence::likely},
    {"apt_name2",
     "Err:1 http://deb.a.test stable InRelease\n"
     "  Could not resolve 'px.a.test'\n",
     "proxy-name-unresolved", Confidence::likely},
    {"apt_verify",
     "Err:1 https://deb.a.test stable InRelease\n"
     "  Certificate verification failed: The certificate is NOT trusted. The certificate issuer is "
     "unknown.  Could not handshake: Error in the certificate verification. [IP: 10.9.8.7 3128]\n",
     "tls-untrusted-ca", Confidence::certain},
    {"apt_verify_host",
     "  Certificate verification failed: The certificate is NOT trusted. The name in the "
     "certificate does not match the expected.  Could not handshake: Error in the certificate "
     "verification. [IP: 10.9.8.7 3128]\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"apt_verify_exp",
     "  Certificate verification failed: The certificate is NOT trusted. The certificate chain "
     "uses expired certificate.  Could not handshake: Error in the certificate verification. [IP: "
     "10.9.8.7 3128]\n",
     "tls-cert-expired", Confidence::certain},
    {"apt_handshake",
     "Err:1 https://deb.a.test stable InRelease\n"
     "  Could not handshake: The TLS connection was non-properly terminated. [IP: 10.9.8.7 3128]\n",
     "tls-closed", Confidence::ambiguous},
    {"apt_reset",
     "Err:1 https://deb.a.test stable InRelease\n"
     "  Error reading from server - read (104: Connection reset by peer) [IP: 10.9.8.7 3128]\n",
     "reset-mid-transfer", Confidence::ambiguous},
    {"apt_closed",
     "Err:1 http://deb.a.test stable InRelease\n"
     "  Error reading from server. Remote end closed connection [IP: 10.9.8.7 3128]\n",
     "empty-reply", Confidence::ambiguous},
    {"apt_connfailed",
     "Err:1 http://deb.a.test stable InRelease\n"
     "  Connection failed [IP: 10.9.8.7 3128]\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"apt_size",
     "E: Failed to fetch http://deb.a.test/x.deb  File has unexpected size (1000 != 2000). Mirror "
     "sync in progress? [IP: 10.9.8.7 3128]\n",
     "truncated", Confidence::ambiguous},
    {"apt_407plain",
     "Err:1 http://deb.a.test stable InRelease\n"
     "  407  Proxy Authentication Required [IP: 10.9.8.7 3128]\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"dnf_refused",
     "Errors during downloading metadata for repository 'x':\n"
     "  - Curl error (7): Couldn't connect to server for https://m.a.test/x/repodata/repomd.xml "
     "[Failed to connect to 10.9.8.7 port 3128: Connection refused]\n"
     "Error: Failed to download metadata for repo 'x': Cannot download repomd.xml\n",
     "proxy-refused", Confidence::likely},
    {"dnf_407",
     "  - Curl error (56): Failure when receiving data from the peer for "
     "https://m.a.test/x/repodata/repomd.xml [Received HTTP code 407 from proxy after CONNECT]\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"dnf_403",
     "  - Curl error (56): Failure when receiving data from the peer for "
     "https://m.a.test/x/repodata/repomd.xml [CONNECT tunnel failed, response 403]\n",
     "proxy-denied", Confidence::ambiguous},
    {"dnf_slow",
     "  - Curl error (28): Timeout was reached for https://m.a.test/x.rpm [Operation too slow. "
     "Less than 1000 bytes/sec transferred the last 30 seconds]\n",
     "slow-transfer", Confidence::ambiguous},
    {"dnf_cert",
     "  - Curl error (60): SSL peer certificate or SSH remote key was not OK for "
     "https://m.a.test/repomd.xml [SSL certificate problem: self-signed certificate in certificate "
     "chain]\n",
     "tls-untrusted-ca", Confidence::certain},
    {"dnf_name",
     "  - Curl error (6): Couldn't resolve host name for https://m.a.test/metalink?x [Could not "
     "resolve host: m.a.test]\n",
     "host-name-unresolved", Confidence::certain},
    {"dnf_pname",
     "  - Curl error (5): Couldn't resolve proxy name for https://m.a.test/metalink?x [Could not "
     "resolve proxy: px.a.test]\n",
     "proxy-name-unresolved", Confidence::certain},
    {"dnf_reset",
     "  - Curl error (35): SSL connect error for https://m.a.test/repomd.xml [OpenSSL SSL_connect: "
     "Connection reset by peer in connection to m.a.test:443]\n",
     "tls-reset", Confidence::ambiguous},
    {"dnf_status",
     "  - Status code: 403 for https://m.a.test/repodata/repomd.xml (IP: 192.0.2.4)\n",
     "proxy-denied", Confidence::ambiguous},
    {"dnf_500",
     "Errors during downloading metadata for repository 'x':\n"
     "  - Status code: 503 for http://m.a.test/repodata/repomd.xml (IP: 10.9.8.7)\n",
     "plain-http-status", Confidence::ambiguous},
    {"yum_403",
     "https://m.a.test/repodata/repomd.xml: [Errno 14] curl#56 - \"Received HTTP code 403 from "
     "proxy after CONNECT\"\n"
     "Trying other mirror.\n",
     "proxy-denied", Confidence::ambiguous},
    {"yum_407",
     "http://m.a.test/repodata/repomd.xml: [Errno 14] HTTP Error 407 - Proxy Authentication "
     "Required\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"yum_to",
     "http://m.a.test/repodata/repomd.xml: [Errno 12] Timeout on "
     "http://m.a.test/repodata/repomd.xml: (28, 'Connection timed out after 30001 milliseconds')\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"yum_name",
     "Could not retrieve mirrorlist http://m.a.test/?release=7 error was\n"
     "14: curl#6 - \"Could not resolve host: m.a.test; Unknown error\"\n",
     "host-name-unresolved", Confidence::certain},
    {"yum_refused",
     "https://m.a.test/repomd.xml: [Errno 14] curl#7 - \"Failed connect to 10.9.8.7:3128; "
     "Connection refused\"\n",
     "proxy-refused", Confidence::likely},
    {"yum_nss",
     "https://m.a.test/repomd.xml: [Errno 14] curl#60 - \"Peer's Certificate issuer is not "
     "recognized.\"\n",
     "tls-untrusted-ca", Confidence::certain},
    {"git_407",
     "Cloning into 'x'...\n"
     "fatal: unable to access 'https://b.test/x.git/': Received HTTP code 407 from proxy after "
     "CONNECT\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"git_403",
     "fatal: unable to access 'https://b.test/x.git/': CONNECT tunnel failed, response 403\n",
     "proxy-denied", Confidence::ambiguous},
    {"git_refused",
     "fatal: unable to access 'https://b.test/x.git/': Failed to connect to px.a.test port 3128 "
     "after 3 ms: Couldn't connect to server\n",
     "proxy-refused", Confidence::likely},
    {"git_name",
     "fatal: unable to access 'https://b.test/x.git/': Could not resolve proxy: px.a.test\n",
     "proxy-name-unresolved", Confidence::certain},
    {"git_gnutls",
     "fatal: unable to access 'https://b.test/x.git/': gnutls_handshake() failed: The TLS "
     "connection was non-properly terminated.\n",
     "tls-closed", Confidence::ambiguous},
    {"git_gnutls_alert",
     "fatal: unable to access 'https://b.test/x.git/': gnutls_handshake() failed: Handshake "
     "failed\n",
     "tls-handshake-failure", Confidence::certain},
    {"git_gnutls_pkt",
     "fatal: unable to access 'https://b.test/x.git/': gnutls_handshake() failed: An unexpected "
     "TLS packet was received.\n",
     "tls-not-tls", Confidence::ambiguous},
    {"git_verify",
     "fatal: unable to access 'https://b.test/x.git/': server certificate verification failed. "
     "CAfile: none CRLfile: none\n",
     "tls-cert-refused", Confidence::ambiguous},
    {"git_problem",
     "fatal: unable to access 'https://b.test/x.git/': SSL certificate problem: self signed "
     "certificate in certificate chain\n",
     "tls-untrusted-ca", Confidence::certain},
    {"git_rpc56",
     "error: RPC failed; curl 56 GnuTLS recv error (-9): Error decoding the received TLS packet.\n"
     "fatal: the remote end hung up unexpectedly\n"
     "fatal: early EOF\n"
     "fatal: index-pack failed\n",
     "reset-mid-transfer", Confidence::ambiguous},
    {"git_rpc18",
     "error: RPC failed; curl 18 transfer closed with outstanding read data remaining\n"
     "fetch-pack: unexpected disconnect while reading sideband packet\n"
     "fatal: early EOF\n",
     "truncated", Confidence::ambiguous},
    {"git_rpc504",
     "error: RPC failed; HTTP 504 curl 22 The requested URL returned error: 504\n"
     "fatal: expected flush after ref listing\n",
     "plain-http-status", Confidence::ambiguous},
    {"git_schannel",
     "fatal: unable to access 'https://b.test/x.git/': schannel: next InitializeSecurityContext "
     "failed: SEC_E_UNTRUSTED_ROOT (0x80090325) - The certificate chain was issued by an authority "
     "that is not trusted.\n",
     "tls-untrusted-ca", Confidence::certain},
    {"git_403origin",
     "fatal: unable to access 'https://b.test/x.git/': The requested URL returned error: 403\n",
     "plain-http-status", Confidence::ambiguous},
    {"git_hangup", "fatal: the remote end hung up unexpectedly\n", "empty-reply",
     Confidence::ambiguous},
    {"sc_403", "s_client: HTTP CONNECT failed: 403 Forbidden \n", "proxy-denied",
     Confidence::ambiguous},
    {"sc_403b", "s_client: HTTP CONNECT failed, reason=Forbidden\n", "proxy-denied",
     Confidence::ambiguous},
    {"sc_refused",
     "139:error:0200206F:system library:connect:Connection refused:../crypto/bio/b_sock2.c:110:\n"
     "139:error:2008A067:BIO routines:BIO_connect:connect error:../crypto/bio/b_sock2.c:111:\n"
     "connect:errno=111\n",
     "proxy-refused", Confidence::ambiguous},
    {"sc_refused3",
     "40E7:error:8000006F:system library:BIO_connect:Connection "
     "refused:../crypto/bio/bio_sock2.c:114:calling connect()\n"
     "40E7:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:116:\n"
     "connect:errno=111\n",
     "proxy-refused", Confidence::ambiguous},
    {"sc_reset",
     "CONNECTED(00000003)\n"
     "write:errno=104\n"
     "---\n"
     "no peer certificate available\n"
     "---\n"
     "No client certificate CA names sent\n"
     "---\n"
     "SSL handshake has read 0 bytes and written 283 bytes\n"
     "Verification: OK\n"
     "---\n",
     "tls-reset", Confidence::ambiguous},
    {"sc_eof",
     "CONNECTED(00000003)\n"
     "4047:error:0A000126:SSL routines:ssl3_read_n:unexpected eof while "
     "reading:../ssl/record/rec_layer_s3.c:303:\n"
     "---\n"
     "no peer certificate available\n"
     "---\n"
     "SSL handshake has read 0 bytes and written 293 bytes\n",
     "tls-closed", Confidence::ambiguous},
    {"sc_notls",
     "CONNECTED(00000003)\n"
     "4047:error:0A00010B:SSL routines:ssl3_get_record:wrong version "
     "number:../ssl/record/ssl3_record.c:354:\n"
     "---\n"
     "no peer certificate available\n",
     "tls-not-tls", Confidence::ambiguous},
    {"sc_verify",
     "CONNECTED(00000003)\n"
     "depth=0 CN = b.test\n"
     "verify error:num=20:unable to get local issuer certificate\n"
     "verify return:1\n"
     "---\n"
     "SSL handshake has read 1403 bytes and written 403 bytes\n"
     "Verification error: unable to get local issuer certificate\n"
     "---\n"
     "    Verify return code: 20 (unable to get local issuer certificate)\n"
     "---\n",
     "tls-untrusted-ca", Confidence::certain},
    {"sc_alert",
     "CONNECTED(00000003)\n"
     "4047:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake "
     "failure:../ssl/record/rec_layer_s3.c:1586:SSL alert number 40\n"
     "---\n"
     "no peer certificate available\n",
     "tls-handshake-failure", Confidence::certain},
    {"sc_name",
     "4047:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:758:Name "
     "or service not known\n"
     "connect:errno=22\n",
     "host-name-unresolved", Confidence::certain},
    {"gtc_403",
     "10:00:00.000000 http.c:845              == Info: Couldn't find host b.test in the .netrc "
     "file; using defaults\n"
     "10:00:00.000100 http.c:845              == Info:   Trying 10.9.8.7:3128...\n"
     "10:00:00.000200 http.c:845              == Info: Connected to 10.9.8.7 (10.9.8.7) port 3128 "
     "(#0)\n"
     "10:00:00.000300 http.c:845              == Info: Establish HTTP proxy tunnel to b.test:443\n"
     "10:00:00.000400 http.c:792              => Send header, 0000000100 bytes (0x00000064)\n"
     "10:00:00.000500 http.c:804              => Send header: CONNECT b.test:443 HTTP/1.1\n"
     "10:00:00.000510 http.c:804              => Send header: Host: b.test:443\n"
     "10:00:00.000520 http.c:804              => Send header: User-Agent: git/2.39.5\n"
     "10:00:00.000530 http.c:804              => Send header: Proxy-Connection: Keep-Alive\n"
     "10:00:00.000540 http.c:804              => Send header:\n"
     "10:00:00.010000 http.c:792              <= Recv header, 0000000024 bytes (0x00000018)\n"
     "10:00:00.010100 http.c:804              <= Recv header: HTTP/1.1 403 Forbidden\n"
     "10:00:00.010200 http.c:792              <= Recv header, 0000000019 bytes (0x00000013)\n"
     "10:00:00.010300 http.c:804              <= Recv header: Content-Length: 403\n"
     "10:00:00.010310 http.c:804              <= Recv header:\n"
     "10:00:00.011000 http.c:845              == Info: CONNECT tunnel failed, response 403\n"
     "10:00:00.011100 http.c:845              == Info: Closing connection 0\n"
     "fatal: unable to access 'https://b.test/x.git/': CONNECT tunnel failed, response 403\n",
     "proxy-denied", Confidence::ambiguous},
    {"gcv_407",
     "* Couldn't find host b.test in the .netrc file; using defaults\n"
     "*   Trying 10.9.8.7:3128...\n"
     "* Connected to 10.9.8.7 (10.9.8.7) port 3128 (#0)\n"
     "* allocate connect buffer\n"
     "* Establish HTTP proxy tunnel to b.test:443\n"
     "> CONNECT b.test:443 HTTP/1.1\n"
     "Host: b.test:443\n"
     "User-Agent: git/2.39.5\n"
     "Proxy-Connection: Keep-Alive\n"
     "\n"
     "< HTTP/1.1 407 Proxy Authentication Required\n"
     "< Proxy-Authenticate: Basic realm=\"x\"\n"
     "< Content-Length: 0\n"
     "< \n"
     "* CONNECT tunnel failed, response 407\n"
     "* Closing connection 0\n"
     "fatal: unable to access 'https://b.test/x.git/': CONNECT tunnel failed, response 407\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"ta_indent",
     "    == Info:   Trying 10.9.8.7:3128...\n"
     "    == Info: Connected to 10.9.8.7 (10.9.8.7) port 3128 (#0)\n"
     "    == Info: Establish HTTP proxy tunnel to b.test:443\n"
     "    => Send header, 100 bytes (0x64)\n"
     "    0000: CONNECT b.test:443 HTTP/1.1\n"
     "    001d: Host: b.test:443\n"
     "    002f: \n"
     "    <= Recv header, 24 bytes (0x18)\n"
     "    0000: HTTP/1.1 403 Forbidden\n"
     "    <= Recv header, 2 bytes (0x2)\n"
     "    0000: \n"
     "    == Info: CONNECT tunnel failed, response 403\n"
     "    curl: (56) CONNECT tunnel failed, response 403\n",
     "proxy-denied", Confidence::certain},
    {"ta_indent_quote",
     "> == Info:   Trying 10.9.8.7:3128...\n"
     "> == Info: Connected to 10.9.8.7 (10.9.8.7) port 3128 (#0)\n"
     "> => Send header, 100 bytes (0x64)\n"
     "> 0000: CONNECT b.test:443 HTTP/1.1\n"
     "> 001d: Host: b.test:443\n"
     "> 002f: \n"
     "> <= Recv header, 24 bytes (0x18)\n"
     "> 0000: HTTP/1.1 403 Forbidden\n"
     "> <= Recv header, 2 bytes (0x2)\n"
     "> 0000: \n"
     "> curl: (56) CONNECT tunnel failed, response 403\n",
     "proxy-denied", Confidence::certain},
    {"wo_a",
     "http_connect=403 http_code=000 exitcode=56 errormsg=CONNECT tunnel failed, response 403 "
     "time_connect=0.001 num_connects=1\n",
     "proxy-denied", Confidence::certain},
    {"wo_b",
     "http_connect: 403\n"
     "http_code: 000\n"
     "exitcode: 56\n"
     "time_connect: 0.001\n",
     "proxy-denied", Confidence::certain},
    {"wo_e",
     "http_connect=200 http_code=000 exitcode=60 ssl_verify_result=19 errormsg=SSL certificate "
     "problem: self-signed certificate in certificate chain\n",
     "tls-untrusted-ca", Confidence::certain},
    {"wo_code_alone", "http_code=000 time_total=30.001\n", "not-enough-evidence",
     Confidence::ambiguous},
    {"wo_refused", "http_code=000 exitcode=7\n", "proxy-refused", Confidence::ambiguous},
    {"wo_proxy_name", "http_code=000 exitcode=5\n", "proxy-name-unresolved", Confidence::certain},
    {"wo_certificate", "http_code=000 http_connect=000 exitcode=60\n", "tls-cert-refused",
     Confidence::ambiguous},
    {"unknown_words_of_7", "curl: (7) xyz foo\n", "proxy-refused", Confidence::ambiguous},
};

class ToolsWordings : public Wordings {};

TEST_P(ToolsWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, ToolsWordings, testing::ValuesIn(kTools), name_of);

}  // namespace
}  // namespace misproxy::test
