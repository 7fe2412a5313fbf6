// What Go's programs write: Docker, containerd, and others.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kGo[] = {
    {"go_refused",
     "Get \"https://hub.a.test/v2/\": proxyconnect tcp: dial tcp 10.9.8.7:3128: connect: "
     "connection refused\n",
     "proxy-refused", Confidence::certain},
    {"go_timeout",
     "Get \"https://hub.a.test/v2/\": proxyconnect tcp: dial tcp 10.9.8.7:3128: i/o timeout\n",
     "proxy-syn-unanswered", Confidence::certain},
    {"go_timeout2",
     "Get \"https://hub.a.test/v2/\": proxyconnect tcp: dial tcp 10.9.8.7:3128: connect: "
     "connection timed out\n",
     "proxy-syn-unanswered", Confidence::certain},
    {"go_dnstimeout",
     "Get \"https://hub.a.test/v2/\": proxyconnect tcp: dial tcp: lookup px.a.test on 10.0.0.1:53: "
     "read udp 10.0.0.2:40000->10.0.0.1:53: i/o timeout\n",
     "proxy-name-unresolved", Confidence::certain},
    {"go_noroute",
     "Get \"https://hub.a.test/v2/\": proxyconnect tcp: dial tcp 10.9.8.7:3128: connect: no route "
     "to host\n",
     "proxy-unreachable", Confidence::likely},
    {"go_eof", "Get \"https://hub.a.test/v2/\": EOF\n", "empty-reply", Confidence::ambiguous},
    {"go_unexpected_eof", "Get \"https://hub.a.test/v2/\": unexpected EOF\n", "empty-reply",
     Confidence::ambiguous},
    {"go_reset",
     "Get \"https://hub.a.test/v2/\": read tcp 10.0.0.5:51022->10.9.8.7:3128: read: connection "
     "reset by peer\n",
     "reset-mid-transfer", Confidence::ambiguous},
    {"go_tlstimeout", "Get \"https://hub.a.test/v2/\": net/http: TLS handshake timeout\n",
     "tls-no-server-hello", Confidence::ambiguous},
    {"go_deadline",
     "Get \"https://hub.a.test/v2/\": context deadline exceeded (Client.Timeout exceeded while "
     "awaiting headers)\n",
     "response-stall", Confidence::ambiguous},
    {"go_reqcancel",
     "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": net/http: request "
     "canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"go_direct", "Get \"https://hub.a.test/v2/\": dial tcp 192.0.2.4:443: i/o timeout\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"go_direct_refused",
     "Get \"https://hub.a.test/v2/\": dial tcp 192.0.2.4:443: connect: connection refused\n",
     "proxy-refused", Confidence::ambiguous},
    {"go_expired",
     "Get \"https://hub.a.test/\": tls: failed to verify certificate: x509: certificate has "
     "expired or is not yet valid: current time 2026-01-01T00:00:00Z is after "
     "2025-01-01T00:00:00Z\n",
     "tls-cert-expired", Confidence::certain},
    {"go_notyet",
     "Get \"https://hub.a.test/\": tls: failed to verify certificate: x509: certificate has "
     "expired or is not yet valid: current time 2016-01-01T00:00:00Z is before "
     "2025-01-01T00:00:00Z\n",
     "tls-cert-not-yet-valid", Confidence::certain},
    {"go_wronghost",
     "Get \"https://hub.a.test/\": tls: failed to verify certificate: x509: certificate is valid "
     "for c.test, not hub.a.test\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"go_alert", "Get \"https://hub.a.test/\": remote error: tls: handshake failure\n",
     "tls-handshake-failure", Confidence::certain},
    {"go_alert_internal", "Get \"https://hub.a.test/\": remote error: tls: internal error\n",
     "tls-alert", Confidence::certain},
    {"go_alert_name", "Get \"https://hub.a.test/\": remote error: tls: unrecognized name\n",
     "tls-unrecognized-name", Confidence::certain},
    {"go_alert_cert", "Get \"https://hub.a.test/\": remote error: tls: certificate required\n",
     "tls-client-cert-required", Confidence::certain},
    {"go_http_to_https",
     "Get \"https://hub.a.test/\": http: server gave HTTP response to HTTPS client\n",
     "tls-not-tls", Confidence::ambiguous},
    {"go_malformed",
     "Get \"http://hub.a.test/\": net/http: HTTP/1.x transport connection broken: malformed HTTP "
     "response \"SSH-2.0-OpenSSH_9.2\"\n",
     "proxy-not-http", Confidence::ambiguous},
    {"go_stream",
     "error pulling image configuration: download failed after attempts=6: stream error: stream ID "
     "1; INTERNAL_ERROR; received from peer\n",
     "truncated", Confidence::ambiguous},
    {"go_host", "Get \"https://hub.a.test/\": dial tcp: lookup hub.a.test: no such host\n",
     "host-name-unresolved", Confidence::certain},
    {"go_unauth",
     "unexpected status from HEAD request to https://registry.a.test/v2/x/manifests/1: 403 "
     "Forbidden\n",
     "proxy-denied", Confidence::ambiguous},
    {"go_badgateway", "Get \"https://hub.a.test/\": Bad Gateway\n", "proxy-bad-gateway",
     Confidence::ambiguous},
    {"go_svc",
     "failed to do request: Head \"https://hub.a.test/v2/x/manifests/latest\": Service "
     "Unavailable\n",
     "proxy-unavailable", Confidence::ambiguous},
    {"containerd_refused",
     "ctr: failed to resolve reference \"docker.io/library/x:1\": failed to do request: Head "
     "\"https://registry-1.docker.io/v2/library/x/manifests/1\": proxyconnect tcp: dial tcp "
     "10.9.8.7:3128: connect: connection refused\n",
     "proxy-refused", Confidence::certain},
    {"containerd_log",
     "time=\"2026-11-27T10:00:00.000000000Z\" level=error msg=\"PullImage \\\"x:1\\\" failed\" "
     "error=\"failed to pull and unpack image \\\"docker.io/library/x:1\\\": failed to do request: "
     "Head \\\"https://registry-1.docker.io/v2/library/x/manifests/1\\\": proxyconnect tcp: dial "
     "tcp 10.9.8.7:3128: connect: connection refused\"\n",
     "proxy-refused", Confidence::certain},
};

class GoWordings : public Wordings {};

TEST_P(GoWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, GoWordings, testing::ValuesIn(kGo), name_of);

}  // namespace
}  // namespace misproxy::test
