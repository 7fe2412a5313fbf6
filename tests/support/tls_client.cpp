#include "support/tls_client.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

namespace misproxy::test {

struct TlsClient::Engine {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* ssl = nullptr;
  bool closed = false;
  ~Engine() {
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
};

TlsClient::TlsClient(const std::string& ca_pem, const std::string& host, std::string_view version)
    : engine_(std::make_unique<Engine>()) {
  BIO* text = BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()));
  X509* ca = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(engine_->context), ca);
  X509_free(ca);
  BIO_free(text);
  const int number = version == "1.2" ? TLS1_2_VERSION : TLS1_3_VERSION;
  SSL_CTX_set_min_proto_version(engine_->context, number);
  SSL_CTX_set_max_proto_version(engine_->context, number);
  engine_->ssl = SSL_new(engine_->context);
  SSL_set_bio(engine_->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_tlsext_host_name(engine_->ssl, host.c_str());
  SSL_set1_host(engine_->ssl, host.c_str());
  SSL_set_connect_state(engine_->ssl);
  SSL_do_handshake(engine_->ssl);
}

TlsClient::~TlsClient() = default;

void TlsClient::receive(std::string_view ciphertext) {
  BIO_write(SSL_get_rbio(engine_->ssl), ciphertext.data(), static_cast<int>(ciphertext.size()));
  if (!open()) SSL_do_handshake(engine_->ssl);
  std::array<char, 16 * 1024> piece;
  while (open()) {
    const int count = SSL_read(engine_->ssl, piece.data(), static_cast<int>(piece.size()));
    if (count <= 0) {
      engine_->closed =
          engine_->closed || SSL_get_error(engine_->ssl, count) == SSL_ERROR_ZERO_RETURN;
      break;
    }
    plaintext.append(piece.data(), static_cast<std::size_t>(count));
  }
}

std::string TlsClient::take_output() {
  BIO* output = SSL_get_wbio(engine_->ssl);
  std::string bytes(BIO_ctrl_pending(output), '\0');
  if (!bytes.empty()) BIO_read(output, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

void TlsClient::send(std::string_view bytes) {
  SSL_write(engine_->ssl, bytes.data(), static_cast<int>(bytes.size()));
}

void TlsClient::close() { SSL_shutdown(engine_->ssl); }
bool TlsClient::open() const { return SSL_is_init_finished(engine_->ssl) == 1; }
bool TlsClient::got_close_notify() const { return engine_->closed; }
long TlsClient::verify_result() const { return SSL_get_verify_result(engine_->ssl); }

}  // namespace misproxy::test
