// What Java's clients write, Maven and Gradle among them.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kJava[] = {
    {"java_407",
     "Exception in thread \"main\" java.io.IOException: Unable to tunnel through proxy. Proxy "
     "returns \"HTTP/1.1 407 Proxy Authentication Required\"\n"
     "\tat "
     "java.base/"
     "sun.net.www.protocol.http.HttpURLConnection.doTunneling0(HttpURLConnection.java:2311)\n"
     "\tat "
     "java.base/"
     "sun.net.www.protocol.http.HttpURLConnection.doTunneling(HttpURLConnection.java:503)\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"java_refused",
     "java.net.ConnectException: Connection refused\n"
     "\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n",
     "proxy-refused", Confidence::ambiguous},
    {"java_cto", "java.net.SocketTimeoutException: Connect timed out\n", "proxy-syn-unanswered",
     Confidence::ambiguous},
    {"java_rto",
     "java.net.SocketTimeoutException: Read timed out\n"
     "\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:288)\n",
     "response-stall", Confidence::ambiguous},
    {"java_unknown", "java.net.UnknownHostException: px.a.test\n", "host-name-unresolved",
     Confidence::certain},
    {"java_pkix",
     "javax.net.ssl.SSLHandshakeException: PKIX path building failed: "
     "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
     "certification path to requested target\n",
     "tls-untrusted-ca", Confidence::certain},
    {"java_terminated",
     "javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake\n"
     "Caused by: java.io.EOFException: SSL peer shut down incorrectly\n",
     "tls-closed", Confidence::ambiguous},
    {"java_closed_old",
     "javax.net.ssl.SSLHandshakeException: Remote host closed connection during handshake\n",
     "tls-closed", Confidence::ambiguous},
    {"java_alert", "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure\n",
     "tls-handshake-failure", Confidence::certain},
    {"java_alert_pv",
     "javax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version\n", "tls-version",
     Confidence::certain},
    {"java_alert_name", "javax.net.ssl.SSLProtocolException: handshake alert:  unrecognized_name\n",
     "tls-unrecognized-name", Confidence::certain},
    {"java_alert_un",
     "javax.net.ssl.SSLHandshakeException: Received fatal alert: unrecognized_name\n",
     "tls-unrecognized-name", Confidence::certain},
    {"java_nottls", "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message\n",
     "tls-not-tls", Confidence::ambiguous},
    {"java_reset", "java.net.SocketException: Connection reset\n", "reset-mid-transfer",
     Confidence::ambiguous},
    {"java_eof", "java.net.SocketException: Unexpected end of file from server\n", "empty-reply",
     Confidence::ambiguous},
    {"java_hc_noBytes",
     "java.io.IOException: HTTP/1.1 header parser received no bytes\n"
     "Caused by: java.io.EOFException: EOF reached while reading\n",
     "empty-reply", Confidence::ambiguous},
    {"java_hc_cto", "java.net.http.HttpConnectTimeoutException: HTTP connect timed out\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"java_hc_to", "java.net.http.HttpTimeoutException: request timed out\n", "not-enough-evidence",
     Confidence::ambiguous},
    {"java_san",
     "javax.net.ssl.SSLHandshakeException: No subject alternative DNS name matching b.test "
     "found.\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"java_san2", "java.security.cert.CertificateException: No name matching b.test found\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"java_expired",
     "Caused by: java.security.cert.CertificateExpiredException: NotAfter: Mon Jan 01 00:00:00 UTC "
     "2024\n",
     "tls-cert-expired", Confidence::certain},
    {"java_expired2",
     "javax.net.ssl.SSLHandshakeException: PKIX path validation failed: "
     "java.security.cert.CertPathValidatorException: validity check failed\n"
     "Caused by: java.security.cert.CertificateExpiredException: NotAfter: Mon Jan 01 00:00:00 UTC "
     "2024\n",
     "tls-cert-expired", Confidence::certain},
    {"java_notyet",
     "Caused by: java.security.cert.CertificateNotYetValidException: NotBefore: Mon Jan 01 "
     "00:00:00 UTC 2034\n",
     "tls-cert-not-yet-valid", Confidence::certain},
    {"ahc_refused",
     "org.apache.http.conn.HttpHostConnectException: Connect to 10.9.8.7:3128 [/10.9.8.7] failed: "
     "Connection refused (Connection refused)\n",
     "proxy-refused", Confidence::likely},
    {"ahc_noresp", "org.apache.http.NoHttpResponseException: 10.9.8.7:3128 failed to respond\n",
     "empty-reply", Confidence::ambiguous},
    {"ahc_to",
     "org.apache.http.conn.ConnectTimeoutException: Connect to b.test:443 [b.test/192.0.2.4] "
     "failed: connect timed out\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"ahc_prematurely",
     "org.apache.http.ConnectionClosedException: Premature end of Content-Length delimited message "
     "body (expected: 4,000; received: 1,000)\n",
     "truncated", Confidence::ambiguous},
    {"okhttp_403",
     "java.io.IOException: Unexpected response code for CONNECT: 403\n"
     "\tat okhttp3.internal.connection.RealConnection.createTunnel(RealConnection.kt:503)\n",
     "proxy-denied", Confidence::ambiguous},
    {"okhttp_auth",
     "java.io.IOException: Failed to authenticate with proxy\n"
     "\tat okhttp3.internal.connection.RealConnection.createTunnel(RealConnection.kt:489)\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"okhttp_unexpected",
     "java.io.IOException: unexpected end of stream on http://10.9.8.7:3128/...\n", "empty-reply",
     Confidence::ambiguous},
    {"maven_407",
     "[ERROR] Failed to execute goal on project x: Could not resolve dependencies: Could not "
     "transfer artifact a:b:pom:1.0 from/to central (https://repo.maven.apache.org/maven2): status "
     "code: 407, reason phrase: Proxy Authentication Required (407) -> [Help 1]\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"maven_to",
     "[ERROR] Could not transfer artifact a:b:pom:1.0 from/to central "
     "(https://repo.maven.apache.org/maven2): Connect to repo.maven.apache.org:443 "
     "[repo.maven.apache.org/192.0.2.4] failed: Connection timed out (Connection timed out) -> "
     "[Help 1]\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"maven_unknown",
     "[ERROR] Could not transfer artifact a:b:pom:1.0 from/to central "
     "(https://repo.maven.apache.org/maven2): repo.maven.apache.org: Unknown host "
     "repo.maven.apache.org: Name or service not known -> [Help 1]\n",
     "host-name-unresolved", Confidence::certain},
    {"maven_unknown2",
     "[ERROR] Could not transfer artifact a:b:pom:1.0 from/to central "
     "(https://repo.maven.apache.org/maven2): Unknown host repo.maven.apache.org -> [Help 1]\n",
     "host-name-unresolved", Confidence::certain},
    {"gradle_407",
     "> Could not GET 'https://repo.a.test/x.pom'. Received status code 407 from server: Proxy "
     "Authentication Required\n",
     "proxy-auth-missing", Confidence::ambiguous},
};

class JavaWordings : public Wordings {};

TEST_P(JavaWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, JavaWordings, testing::ValuesIn(kJava), name_of);

}  // namespace
}  // namespace misproxy::test
