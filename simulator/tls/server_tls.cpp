#include "tls/server_tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>

#include "core/ensure.hpp"

namespace misproxy {

struct ServerTls::Engine {
  SSL* ssl;

  explicit Engine(const ServerContext& context) : ssl(SSL_new(context.get())) {
    ensure(ssl != nullptr, "SSL_new");
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl);
  }
  ~Engine() { SSL_free(ssl); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  BIO* input() const { return SSL_get_rbio(ssl); }
  BIO* output() const { return SSL_get_wbio(ssl); }
};

ServerTls::ServerTls(const ServerContext& context) : engine_(std::make_unique<Engine>(context)) {}
ServerTls::~ServerTls() = default;

std::string ServerTls::receive(std::string_view ciphertext) {
  if (state_ == State::failed || state_ == State::closed_by_peer) return {};
  BIO_write(engine_->input(), ciphertext.data(), static_cast<int>(ciphertext.size()));
  if (state_ == State::handshake) shake_hands();
  return state_ == State::open ? read_plaintext() : std::string{};
}

void ServerTls::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(engine_->ssl);
  if (result == 1) {
    state_ = State::open;
  } else {
    note_error(result);
  }
}

std::string ServerTls::read_plaintext() {
  std::string plaintext;
  std::array<char, 16 * 1024> piece;
  while (state_ == State::open) {
    ERR_clear_error();
    const int result = SSL_read(engine_->ssl, piece.data(), static_cast<int>(piece.size()));
    if (result <= 0) {
      note_error(result);
      break;
    }
    plaintext.append(piece.data(), static_cast<std::size_t>(result));
  }
  return plaintext;
}

void ServerTls::note_error(int result) {
  const int error = SSL_get_error(engine_->ssl, result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
  if (error == SSL_ERROR_ZERO_RETURN) {
    state_ = State::closed_by_peer;
    return;
  }
  state_ = State::failed;
  const auto* reason = ERR_reason_error_string(ERR_peek_error());
  failure_ = reason != nullptr ? reason : "the connection ended in the middle";
  ERR_clear_error();
}

void ServerTls::send(std::string_view plaintext) {
  ensure(state_ == State::open || state_ == State::closed_by_peer, "TLS send before the handshake");
  if (plaintext.empty()) return;
  ERR_clear_error();
  const int result = SSL_write(engine_->ssl, plaintext.data(), static_cast<int>(plaintext.size()));
  if (result <= 0) note_error(result);
}

void ServerTls::close() {
  if (state_ != State::open && state_ != State::closed_by_peer) return;
  ERR_clear_error();
  SSL_shutdown(engine_->ssl);
}

std::string ServerTls::take_output() {
  BIO* output = engine_->output();
  std::string bytes(BIO_ctrl_pending(output), '\0');
  if (!bytes.empty()) BIO_read(output, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

std::string ServerTls::version() const { return SSL_get_version(engine_->ssl); }

std::string ServerTls::server_name() const {
  const auto* name = SSL_get_servername(engine_->ssl, TLSEXT_NAMETYPE_host_name);
  return name != nullptr ? name : "";
}

}  // namespace misproxy
