// What appliances write: the FMC's /var/log/messages, Cisco's smart agent, updates, Perl's LWP.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kAppliances[] = {
    {"fmc_407",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [INFO] Response code: 407\n"
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [WARN] Cannot download "
     "https://intelligence.a.test/x\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"fmc_403",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [INFO] Response code: 403\n",
     "proxy-denied", Confidence::ambiguous},
    {"fmc_resolve",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [WARN] Cannot download: "
     "Could not resolve host: intelligence.a.test\n",
     "host-name-unresolved", Confidence::certain},
    {"fmc_resolvep",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:CloudAgent [WARN] Could not resolve "
     "proxy: px.a.test\n",
     "proxy-name-unresolved", Confidence::certain},
    {"fmc_curl7",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [WARN] curl_easy_perform "
     "failed: Failed to connect to 10.10.10.1 port 80: Connection refused\n",
     "proxy-refused", Confidence::ambiguous},
    {"fmc_timeout",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [WARN] Failed to connect to "
     "10.10.10.1 port 8080: Connection timed out\n",
     "proxy-syn-unanswered", Confidence::likely},
    {"fmc_curlerr",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:URLUserIP_CloudAgent [WARN] Received "
     "HTTP code 403 from proxy after CONNECT\n",
     "proxy-denied", Confidence::ambiguous},
    {"fmc_peer",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [WARN] Peer certificate "
     "cannot be authenticated with known CA certificates\n",
     "tls-cert-refused", Confidence::ambiguous},
    {"fmc_ssl",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [WARN] SSL certificate "
     "problem: unable to get local issuer certificate\n",
     "tls-untrusted-ca", Confidence::certain},
    {"fmc_sslconn",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [WARN] SSL connect error\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"fmc_mixed",
     "Nov 27 10:00:00 fmc kernel: [403.403403] eth0: link up\n"
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [INFO] Response code: 407\n"
     "Nov 27 10:05:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [INFO] Response code: 407\n"
     "Nov 27 10:06:00 fmc sshd[403]: Accepted publickey for admin from 10.0.0.9 port 40300 ssh2\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"fmc_talos",
     "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] SFDataCorrelator:FireAMPCloudConnect [ERROR] Failed "
     "to connect to the cloud: cloud-sa.amp.cisco.com\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"sl_comm", "2026-11-27 10:00:00,403 ERROR smart_agent: Communication send error.\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"sl_resp", "2026-11-27 10:00:00 [smart_agent] HTTP response code: 403\n", "proxy-denied",
     Confidence::ambiguous},
    {"sl_failmsg",
     "Fail to send out Call Home HTTP message\n"
     "Failure reason: Communication send error.\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"sl_parse",
     "Nov 27 10:00:00 ftd %SMART_LIC-3-COMM_FAILED: Communications failure with the Cisco Smart "
     "Software Manager (CSSM) : Fail to send out Call Home HTTP message\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"sl_dns",
     "Nov 27 10:00:00 ftd smart_agent[403]: HttpClient: Unable to resolve server hostname/domain "
     "name tools.cisco.com\n",
     "host-name-unresolved", Confidence::certain},
    {"upd_curl", "download failed: curl exit 56: Received HTTP code 403 from proxy after CONNECT\n",
     "proxy-denied", Confidence::ambiguous},
    {"upd_sf",
     "[2026-11-27 10:00:00] Unable to download "
     "https://support.sourcefire.com/auto-update/auto-dl.cgi/00:11/GetCurrent/sf.xml: 407 Proxy "
     "Authentication Required\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"upd_sf2",
     "AUTOUPDATE: Failed to fetch "
     "https://support.sourcefire.com/auto-update/auto-dl.cgi/00:11/GetCurrent/sf.xml: Can't "
     "connect to support.sourcefire.com:443 (Bad hostname)\n",
     "host-name-unresolved", Confidence::certain},
    {"lwp_refused", "500 Can't connect to 10.9.8.7:3128 (Connection refused)\n", "proxy-refused",
     Confidence::likely},
    {"lwp_to", "500 Can't connect to b.test:443 (Connection timed out)\n", "proxy-syn-unanswered",
     Confidence::ambiguous},
    {"lwp_verify", "500 Can't connect to b.test:443 (certificate verify failed)\n",
     "tls-cert-refused", Confidence::ambiguous},
    {"lwp_eof", "500 Server closed connection without sending any data back\n", "empty-reply",
     Confidence::ambiguous},
};

class AppliancesWordings : public Wordings {};

TEST_P(AppliancesWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, AppliancesWordings, testing::ValuesIn(kAppliances), name_of);

}  // namespace
}  // namespace misproxy::test
