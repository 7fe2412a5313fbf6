#include "bench/peers.hpp"

#include <openssl/ssl.h>

#include <memory>

#include "core/ensure.hpp"
#include "tls/seeded_random.hpp"
#include "virtual/queue.hpp"

namespace misproxy::bench {
namespace {

using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;

Ssl over_memory(SSL_CTX* context) {
  Ssl ssl(SSL_new(context), &SSL_free);
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  return ssl;
}

/// What one end has said, to the other.
void carry(SSL* from, SSL* to) {
  char* bytes = nullptr;
  BIO* said = SSL_get_wbio(from);
  const auto size = BIO_get_mem_data(said, &bytes);
  BIO_write(SSL_get_rbio(to), bytes, static_cast<int>(size));
  BIO_reset(said);
}

}  // namespace

void bare_handshake(SeededKeys& keys) {
  constexpr auto host = "tools.cisco.com";
  constexpr int flights = 4;
  RandomStream stream(1);
  const RandomScope scope(stream);
  const Ssl client = over_memory(keys.client().get());
  const Ssl server = over_memory(keys.server(host, {}).get());
  SSL_set_tlsext_host_name(client.get(), host);
  SSL_set1_host(client.get(), host);
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());
  for (int i = 0; i < flights && !SSL_is_init_finished(server.get()); ++i) {
    SSL_do_handshake(client.get());
    carry(client.get(), server.get());
    SSL_do_handshake(server.get());
    carry(server.get(), client.get());
  }
  ensure(SSL_is_init_finished(client.get()) == 1 && SSL_is_init_finished(server.get()) == 1,
         "a bare handshake failed");
}

void bare_events(std::uint64_t count) {
  simulated::EventQueue queue;
  for (std::uint64_t i = 0; i < count; ++i)
    queue.after(Duration{static_cast<std::int64_t>(i % 7)}, [] {});
  while (!queue.empty())
    queue.run_next();
}

}  // namespace misproxy::bench
