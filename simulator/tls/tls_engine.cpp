#include "tls/tls_engine.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "core/copy.hpp"
#include "core/ensure.hpp"
#include "core/spare_buffer.hpp"
#include "tls/record_seal.hpp"

namespace misproxy {
namespace {

TlsEngine* engine_of(const SSL* ssl) { return static_cast<TlsEngine*>(SSL_get_app_data(ssl)); }

constexpr std::size_t kMostOfRecord = 16 * 1024;
constexpr std::size_t kLarge = 2 * 1024;
constexpr std::size_t kAroundRecord = 64;  // header, tag, type and nonce of whatever version
constexpr char kKeyUpdated = 24;           // RFC 8446 section 4.6.3

// What OpenSSL says to a BIO that may stand before a kernel's TLS; it names one of the three.
constexpr int kTakeKey = 72;
constexpr int kHasKey = BIO_CTRL_GET_KTLS_SEND;
constexpr int kTakeContentType = 74;

}  // namespace

/// Records stand where they are sent from as OpenSSL writes them; or are made there, of what it
/// would leave to a kernel to protect.
struct TlsOutput {
  static int write(BIO* bio, const char* bytes, int size) {
    auto* const engine = static_cast<TlsEngine*>(BIO_get_data(bio));
    const std::string_view view(bytes, static_cast<std::size_t>(size));
    if (engine->seals()) {
      engine->put_record(
          std::exchange(engine->content_type_, std::uint8_t{SSL3_RT_APPLICATION_DATA}), view);
    } else {
      append_in_parts(engine->output_, view);
      engine->record_ = bytes;
    }
    return size;
  }

  static long control(BIO* bio, int what, long number, void* argument) {
    auto* const engine = static_cast<TlsEngine*>(BIO_get_data(bio));
    switch (what) {
      case kTakeKey:
        engine->seal_ = RecordSeal::of(*static_cast<const tls_crypto_info*>(argument));
        return engine->seals() ? 1 : 0;
      case kHasKey:
        return engine->seals() ? 1 : 0;
      case kTakeContentType:
        engine->content_type_ = static_cast<std::uint8_t>(number);
        return 1;
      default:
        return what == BIO_CTRL_FLUSH ? 1 : 0;
    }
  }

  static BIO* make(TlsEngine* engine) {
    static BIO_METHOD* const method = [] {
      auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "output");
      BIO_meth_set_write(made, &TlsOutput::write);
      BIO_meth_set_ctrl(made, &TlsOutput::control);
      return made;
    }();
    auto* bio = BIO_new(method);
    ensure(bio != nullptr, "BIO_new");
    BIO_set_data(bio, engine);
    BIO_set_init(bio, 1);
    return bio;
  }
};

void TlsEngine::Deleter::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsEngine::TlsEngine(ssl_ctx_st* context)
    : ssl_(SSL_new(context)), content_type_(SSL3_RT_APPLICATION_DATA) {
  ensure(ssl_ != nullptr, "SSL_new");
  SSL_set_bio(ssl(), BIO_new(BIO_s_mem()), TlsOutput::make(this));
  SSL_set_app_data(ssl(), this);
  SSL_set_info_callback(ssl(), &TlsEngine::note_alert);
}

TlsEngine::~TlsEngine() = default;

void TlsEngine::set_key_log(ssl_ctx_st* context, KeyLog keys) {
  if (keys == KeyLog::kept) SSL_CTX_set_keylog_callback(context, &TlsEngine::note_key);
}

void TlsEngine::note_key(const ssl_st* ssl, const char* line) {
  engine_of(ssl)->key_log_.append(line).append("\n");
}

void TlsEngine::note_alert(const ssl_st* ssl, int where, int value) {
  const bool fatal = (value >> 8) == SSL3_AL_FATAL;
  if ((where & SSL_CB_ALERT) == 0 || !fatal) return;
  auto* engine = engine_of(ssl);
  auto& alert = (where & SSL_CB_READ) != 0 ? engine->alert_received_ : engine->alert_sent_;
  alert = value & 0xff;
}

std::string TlsEngine::receive(std::string_view ciphertext) {
  if (state_ == State::failed || state_ == State::closed_by_peer) return {};
  BIO_write(SSL_get_rbio(ssl()), ciphertext.data(), static_cast<int>(ciphertext.size()));
  if (state_ == State::handshake) shake_hands();
  return state_ == State::open ? read_plaintext() : std::string{};
}

void TlsEngine::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl());
  if (result == 1) {
    state_ = State::open;
  } else {
    note_error(result);
  }
}

std::string TlsEngine::read_plaintext() {
  std::string plaintext;
  std::array<char, 16 * 1024> piece;
  while (state_ == State::open) {
    ERR_clear_error();
    const int result = SSL_read(ssl(), piece.data(), static_cast<int>(piece.size()));
    if (result <= 0) {
      note_error(result);
      break;
    }
    plaintext.append(piece.data(), static_cast<std::size_t>(result));
  }
  return plaintext;
}

void TlsEngine::note_error(int result) {
  const int error = SSL_get_error(ssl(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
  // Behind a handshake, that is: one that breaks off is no end in good order.
  if (error == SSL_ERROR_ZERO_RETURN && SSL_is_init_finished(ssl()) == 1) {
    state_ = State::closed_by_peer;
    return;
  }
  state_ = State::failed;
  failure_ = reason_of(error);
  ERR_clear_error();
}

/// OpenSSL has no word for a fatal alert of description 0.
std::string TlsEngine::reason_of(int error) const {
  if (error == SSL_ERROR_ZERO_RETURN) return "close notify in the handshake";
  if (alert_received_ == 0) return "fatal alert close notify (0)";
  const auto* reason = ERR_reason_error_string(ERR_peek_error());
  return reason != nullptr ? reason : "the connection ended in the middle";
}

void TlsEngine::send(std::string_view plaintext) {
  ensure(state_ == State::open || state_ == State::closed_by_peer, "TLS send before the handshake");
  if (plaintext.empty()) return;
  if (output_.empty() && plaintext.size() >= kMostOfRecord) output_ = spare_buffer();
  output_.reserve(output_.size() + plaintext.size() +
                  kAroundRecord * (plaintext.size() / kMostOfRecord + 1));
  if (seals()) return write(plaintext);  // OpenSSL cuts it into records of that size
  while (!plaintext.empty() && state_ != State::failed) {
    const auto record = plaintext.substr(0, kMostOfRecord);
    plaintext.remove_prefix(record.size());
    write(record);
  }
}

/// A record; several where a smaller one was agreed on.
void TlsEngine::write(std::string_view plaintext) {
  ERR_clear_error();
  const int result = SSL_write(ssl(), well_placed(plaintext), static_cast<int>(plaintext.size()));
  if (result <= 0) note_error(result);
}

/// OpenSSL does not hand over the key behind a KeyUpdate, and seals by itself from there on.
void TlsEngine::put_record(std::uint8_t content_type, std::string_view plaintext) {
  seal_->seal(content_type, plaintext, output_);
  if (content_type == SSL3_RT_HANDSHAKE && plaintext.starts_with(kKeyUpdated)) seal_.reset();
}

/// The same bytes, at another place in a page than OpenSSL copies them to (core/copy.hpp).
const char* TlsEngine::well_placed(std::string_view plaintext) const {
  if (seals()) return plaintext.data();  // which OpenSSL does not copy
  constexpr std::uintptr_t kPage = 4096;
  constexpr std::uintptr_t kNear = 64;  // a record's header, too
  const auto place = [](const char* at) { return reinterpret_cast<std::uintptr_t>(at) % kPage; };
  const auto distance = (place(record_) + kPage + kNear - place(plaintext.data())) % kPage;
  if (plaintext.size() < kLarge || distance >= 2 * kNear) return plaintext.data();
  alignas(kPage) thread_local std::array<char, kMostOfRecord + kPage> elsewhere;
  auto* const at = elsewhere.data() + (place(record_) + kPage / 2) % kPage;
  copy_in_parts(at, plaintext.data(), plaintext.size());
  return at;
}

void TlsEngine::close() {
  if (state_ != State::open && state_ != State::closed_by_peer) return;
  ERR_clear_error();
  SSL_shutdown(ssl());
}

std::string TlsEngine::take_output() { return std::exchange(output_, {}); }

std::string TlsEngine::version() const { return SSL_get_version(ssl()); }
std::string TlsEngine::cipher() const { return SSL_get_cipher_name(ssl()); }

}  // namespace misproxy
