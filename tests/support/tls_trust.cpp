#include "support/tls_trust.hpp"

#include <openssl/ssl.h>

#include <chrono>

#include "support/suite_ca.hpp"
#include "tls/pem.hpp"

namespace misproxy::test {

CivilTime test_time() {
  static const CivilTime now =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return now;
}

const PemPair& test_ca() { return suite_ca().pem; }

Catalogue& test_catalogue() {
  static Catalogue made(*Authority::read(test_ca(), test_time()), key_in(suite_ca().server_key),
                        &test_time);
  return made;
}

ServerContext http2_server() {
  return test_catalogue().context_for("a.test", ServerSettings{.alpn = {"h2", "http/1.1"}});
}

ClientContext http2_client() {
  auto context = make_client_context(test_ca().certificate, test_time());
  offer_http2(context);
  return context;
}

void offer_http2(const ClientContext& context) {
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
}

}  // namespace misproxy::test
