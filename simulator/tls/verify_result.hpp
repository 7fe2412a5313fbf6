#pragma once

namespace misproxy {

/// Of a verification that failed (X509_V_ERR_*): the certificate holds, and names other hosts.
bool names_other_hosts(long verify_result);

}  // namespace misproxy
