// What curl writes with each of its TLS libraries: its last line alone.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kTls[] = {
    {"sch_untrusted_last",
     "curl: (60) schannel: SEC_E_UNTRUSTED_ROOT (0x80090325) - The certificate chain was issued by "
     "an authority that is not trusted.\n",
     "tls-untrusted-ca", Confidence::certain},
    {"sch_untrusted2_last",
     "curl: (60) schannel: next InitializeSecurityContext failed: SEC_E_UNTRUSTED_ROOT "
     "(0x80090325) - The certificate chain was issued by an authority that is not trusted.\n",
     "tls-untrusted-ca", Confidence::certain},
    {"sch_certunk_last",
     "curl: (35) schannel: next InitializeSecurityContext failed: CRYPT_E_NO_REVOCATION_CHECK "
     "(0x80092012) - The revocation function was unable to check revocation for the certificate.\n",
     "tls-cert-refused", Confidence::ambiguous},
    {"sch_name_last",
     "curl: (60) schannel: SNI or certificate check failed: SEC_E_WRONG_PRINCIPAL (0x80090322) - "
     "The target principal name is incorrect.\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"sch_expired_last",
     "curl: (60) schannel: next InitializeSecurityContext failed: SEC_E_CERT_EXPIRED (0x80090328) "
     "- The received certificate has expired.\n",
     "tls-cert-expired", Confidence::certain},
    {"sch_alert_last",
     "curl: (35) schannel: next InitializeSecurityContext failed: SEC_E_ILLEGAL_MESSAGE "
     "(0x80090326) - This error usually occurs when a fatal SSL/TLS alert is received (e.g. "
     "handshake failed). More detail may be available in the Windows System event log.\n",
     "tls-alert", Confidence::ambiguous},
    {"sch_notls_last",
     "curl: (35) schannel: next InitializeSecurityContext failed: SEC_E_INVALID_TOKEN (0x80090308) "
     "- The token supplied to the function is invalid\n",
     "tls-not-tls", Confidence::ambiguous},
    {"gtls_untrusted_last",
     "curl: (60) server certificate verification failed. CAfile: "
     "/etc/ssl/certs/ca-certificates.crt CRLfile: none\n",
     "tls-cert-refused", Confidence::ambiguous},
    {"gtls_term_last",
     "curl: (35) gnutls_handshake() failed: The TLS connection was non-properly terminated.\n",
     "tls-closed", Confidence::ambiguous},
    {"gtls_alert_last",
     "curl: (35) gnutls_handshake() failed: A TLS fatal alert has been received.\n", "tls-alert",
     Confidence::ambiguous},
    {"gtls_pull_last", "curl: (35) gnutls_handshake() failed: Error in the pull function.\n",
     "tls-reset", Confidence::ambiguous},
    {"gtls_pkt_last",
     "curl: (35) gnutls_handshake() failed: An unexpected TLS packet was received.\n",
     "tls-not-tls", Confidence::ambiguous},
    {"gtls_host_last",
     "curl: (60) SSL: certificate subject name (c.test) does not match target host name 'b.test'\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"nss_eof_last", "curl: (35) NSS error -5938 (PR_END_OF_FILE_ERROR)\n", "tls-closed",
     Confidence::ambiguous},
    {"nss_encoutered_last", "curl: (35) Encountered end of file\n", "tls-closed",
     Confidence::ambiguous},
    {"nss_reset_last", "curl: (35) NSS error -5961 (PR_CONNECT_RESET_ERROR)\n", "tls-reset",
     Confidence::ambiguous},
    {"nss_reset2_last", "curl: (35) TCP connection reset by peer.\n", "tls-reset",
     Confidence::ambiguous},
    {"nss_rxrec_last", "curl: (35) NSS error -12263 (SSL_ERROR_RX_RECORD_TOO_LONG)\n",
     "tls-not-tls", Confidence::ambiguous},
    {"nss_rxrec2_last",
     "curl: (35) SSL received a record that exceeded the maximum permissible length.\n",
     "tls-not-tls", Confidence::ambiguous},
    {"nss_expired_last", "curl: (60) NSS error -8181 (SEC_ERROR_EXPIRED_CERTIFICATE)\n",
     "tls-cert-expired", Confidence::certain},
    {"nss_expired2_last", "curl: (60) Peer's Certificate has expired.\n", "tls-cert-expired",
     Confidence::certain},
    {"nss_domain_last",
     "curl: (51) Unable to communicate securely with peer: requested domain name does not match "
     "the server's certificate.\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"nss_untr_last",
     "curl: (60) Peer's certificate issuer has been marked as not trusted by the user.\n",
     "tls-untrusted-ca", Confidence::certain},
    {"nss_proto_last", "curl: (35) Peer reports incompatible or unsupported protocol version.\n",
     "tls-version", Confidence::certain},
    {"nss_nocipher_last",
     "curl: (35) Cannot communicate securely with peer: no common encryption algorithm(s).\n",
     "tls-handshake-failure", Confidence::certain},
    {"wolf_unknown_last",
     "curl: (60) SSL_connect failed with error -188: ASN no signer error to confirm failure\n",
     "tls-untrusted-ca", Confidence::certain},
    {"wolf_unknown2_last", "curl: (60) CA signer not available for verification\n",
     "tls-untrusted-ca", Confidence::certain},
    {"wolf_domain_last", "curl: (60) subject alt name(s) or common name do not match \"b.test\"\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"wolf_conn_last", "curl: (35) SSL_connect failed with error -308: error state on socket\n",
     "tls-closed", Confidence::ambiguous},
    {"wolf_peer_last",
     "curl: (35) SSL_connect failed with error -397: peer closed underlying transport Error\n",
     "tls-closed", Confidence::ambiguous},
    {"wolf_ver_last", "curl: (35) SSL_connect failed with error -326: record layer version error\n",
     "tls-not-tls", Confidence::ambiguous},
    {"wolf_alert_last",
     "curl: (35) SSL_connect failed with error -313: received alert fatal error\n", "tls-alert",
     Confidence::ambiguous},
    {"wolf_date_last",
     "curl: (60) SSL_connect failed with error -151: ASN date error, current date after\n",
     "tls-cert-expired", Confidence::certain},
    {"libre_verify_last",
     "curl: (60) SSL certificate problem: unable to get local issuer certificate\n",
     "tls-untrusted-ca", Confidence::certain},
    {"libre_eof_last",
     "curl: (35) LibreSSL SSL_connect: SSL_ERROR_SYSCALL in connection to b.test:443\n",
     "tls-closed", Confidence::ambiguous},
    {"libre_proto_last",
     "curl: (35) LibreSSL/3.3.6: error:1404B42E:SSL routines:ST_CONNECT:tlsv1 alert protocol "
     "version\n",
     "tls-version", Confidence::certain},
    {"libre_alert_last",
     "curl: (35) error:1404B410:SSL routines:ST_CONNECT:sslv3 alert handshake failure\n",
     "tls-handshake-failure", Confidence::certain},
    {"libre_wrong_last", "curl: (35) error:1404B42B:SSL routines:ST_CONNECT:wrong version number\n",
     "tls-not-tls", Confidence::ambiguous},
    {"libre_wrong2_last",
     "curl: (35) error:1400410B:SSL routines:CONNECT_CR_SRVR_HELLO:wrong version number\n",
     "tls-not-tls", Confidence::ambiguous},
    {"st_untrusted_last", "curl: (60) SSL certificate problem: Invalid certificate chain\n",
     "tls-untrusted-ca", Confidence::certain},
    {"st_untrusted2_last", "curl: (60) SSL: CA certificate is not trusted\n", "tls-untrusted-ca",
     Confidence::certain},
    {"st_closed_last", "curl: (35) SSLRead() return error -9806\n", "tls-closed",
     Confidence::ambiguous},
    {"st_handshake_last",
     "curl: (35) Peer handshake failure, the server most likely requires a client certificate to "
     "connect\n",
     "tls-handshake-failure", Confidence::certain},
    {"st_unknown_last", "curl: (35) Unknown SSL protocol error in connection to b.test:-9836\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"st_name_last",
     "curl: (60) SSL certificate peer verification failed, the certificate did not match "
     "\"b.test\"\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"st_expired_last", "curl: (60) SSL: The certificate chain had an expired certificate\n",
     "tls-cert-expired", Confidence::certain},
    {"rustls_unknown_last",
     "curl: (60) rustls_connection_process_new_packets: invalid peer certificate: UnknownIssuer\n",
     "tls-untrusted-ca", Confidence::certain},
    {"mbed_verify_last", "curl: (60) Cert verify failed: BADCERT_NOT_TRUSTED\n", "tls-untrusted-ca",
     Confidence::certain},
    {"mbed_cn_last", "curl: (60) Cert verify failed: BADCERT_CN_MISMATCH\n", "tls-cert-wrong-host",
     Confidence::certain},
    {"mbed_ssl_last",
     "curl: (35) ssl_handshake returned - mbedTLS: (-0x7280) SSL - The connection indicated an "
     "EOF\n",
     "tls-closed", Confidence::ambiguous},
    {"bear_x509_last",
     "curl: (60) SSL: X.509 verification: chain could not be linked to a trust anchor\n",
     "tls-untrusted-ca", Confidence::certain},
};

class TlsWordings : public Wordings {};

TEST_P(TlsWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, TlsWordings, testing::ValuesIn(kTls), name_of);

}  // namespace
}  // namespace misproxy::test
