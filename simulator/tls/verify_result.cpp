#include "tls/verify_result.hpp"

#include <openssl/x509_vfy.h>

namespace misproxy {

bool names_other_hosts(long verify_result) {
  return verify_result == X509_V_ERR_HOSTNAME_MISMATCH ||
         verify_result == X509_V_ERR_IP_ADDRESS_MISMATCH;
}

}  // namespace misproxy
