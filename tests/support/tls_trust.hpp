#pragma once

#include "tls/catalogue.hpp"
#include "tls/client_tls.hpp"

namespace misproxy::test {

/// When this test program began, as far as certificates are concerned.
CivilTime test_time();
/// A CA's certificate and key.
const PemPair& test_ca();
/// Of servers whose certificates that CA has issued.
Catalogue& test_catalogue();

/// A server for a.test that would rather speak HTTP/2, and a client that trusts it and speaks that
/// alone.
ServerContext http2_server();
ClientContext http2_client();
/// Lets the clients of a context offer HTTP/2 alone.
void offer_http2(const ClientContext& context);

}  // namespace misproxy::test
