#include "tls/hello_peek.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "core/ensure.hpp"
#include "tls/context_settings.hpp"
#include "tls/seeded_random.hpp"
#include "tls/server_tls.hpp"

namespace misproxy {
namespace {

/// One for all: it has no certificate, and no connection gets beyond its ClientHello.
SSL_CTX* peeking_context(SSL_client_hello_cb_fn note) {
  static const ServerContext context = [&] {
    RandomStream unused(0);  // OpenSSL draws ticket keys, which nobody gets
    const RandomScope scope(unused);
    ServerContext made(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    ensure(made != nullptr, "SSL_CTX_new");
    fix_settings(made.get());
    SSL_CTX_set_min_proto_version(made.get(), 0);
    SSL_CTX_set_client_hello_cb(made.get(), note, nullptr);
    return made;
  }();
  return context.get();
}

}  // namespace

void HelloPeek::Deleter::operator()(ssl_st* ssl) const { SSL_free(ssl); }

HelloPeek::HelloPeek() : ssl_(SSL_new(peeking_context(&HelloPeek::note))) {
  ensure(ssl_ != nullptr, "SSL_new");
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_accept_state(ssl_.get());
}

/// Held there: nothing is answered, and so nothing drawn.
int HelloPeek::note(ssl_st* ssl, int*, void*) {
  auto& peek = *static_cast<HelloPeek*>(SSL_get_app_data(ssl));
  peek.seen_ = true;
  peek.server_name_ = sent_server_name(ssl);
  return SSL_CLIENT_HELLO_RETRY;
}

HelloPeek::Seen HelloPeek::take(std::string_view record) {
  BIO_write(SSL_get_rbio(ssl_.get()), record.data(), static_cast<int>(record.size()));
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  const int error = SSL_get_error(ssl_.get(), result);
  ERR_clear_error();
  if (seen_) return Seen::hello;
  return error == SSL_ERROR_WANT_READ ? Seen::nothing : Seen::no_hello;
}

}  // namespace misproxy
