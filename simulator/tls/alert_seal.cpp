#include "tls/alert_seal.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>

#include "core/encoding.hpp"

namespace misproxy {
namespace {

constexpr char kAlert = 21;            // RFC 8446 section 5.1
constexpr char kApplicationData = 23;  // what every protected record of TLS 1.3 calls itself
constexpr std::size_t kHeader = 5;
constexpr std::size_t kTag = 16;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kSalt = 4;  // of AES-GCM in TLS 1.2; the other eight bytes are explicit

struct Keys {
  std::string key;
  std::string iv;
};

template <class T, void (*kFree)(T*)>
struct Freer {
  void operator()(T* object) const { kFree(object); }
};
using Kdf = std::unique_ptr<EVP_KDF, Freer<EVP_KDF, EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Freer<EVP_KDF_CTX, EVP_KDF_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string big_endian(std::uint64_t number, std::size_t size) {
  std::string bytes(size, '\0');
  for (auto at = size; at-- > 0; number >>= 8)
    bytes[at] = static_cast<char>(number & 0xff);
  return bytes;
}

// --- keys

OSSL_PARAM octets(const char* name, std::string& bytes) {
  return OSSL_PARAM_construct_octet_string(name, bytes.data(), bytes.size());
}

/// An empty one where OpenSSL does not have what it takes.
std::string derive(const char* function, OSSL_PARAM* parameters, std::size_t size) {
  const Kdf kdf(EVP_KDF_fetch(nullptr, function, nullptr));
  const KdfContext context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  std::string out(size, '\0');
  const bool done =
      context && EVP_KDF_derive(context.get(), bytes_of(out), out.size(), parameters) == 1;
  return done ? out : std::string{};
}

/// HKDF-Expand-Label with an empty context. Source: RFC 8446 section 7.1.
std::string expand_label(const EVP_MD* hash, std::string secret, std::string_view label,
                         std::size_t size) {
  const auto full = "tls13 " + std::string(label);
  auto info = big_endian(size, 2) + static_cast<char>(full.size()) + full + '\0';
  std::string name = EVP_MD_get0_name(hash);
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), 0),
                        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                        octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_INFO, info),
                        OSSL_PARAM_construct_end()};
  return derive("HKDF", parameters.data(), size);
}

/// The last word of its line in the key log.
std::string traffic_secret(std::string_view key_log) {
  const auto line = key_log.find("SERVER_TRAFFIC_SECRET_0 ");
  if (line == std::string_view::npos) return {};
  const auto end = std::min(key_log.find('\n', line), key_log.size());
  const auto text = key_log.substr(line, end - line);
  return bytes_of_hex(text.substr(text.rfind(' ') + 1)).value_or("");
}

Keys keys_of_1_3(const SealState& state, const EVP_MD* hash, std::size_t key_size) {
  auto secret = traffic_secret(state.key_log);
  for (int i = 0; i < state.key_updates; ++i)
    secret = expand_label(hash, secret, "traffic upd", secret.size());
  return {expand_label(hash, secret, "key", key_size), expand_label(hash, secret, "iv", kNonce)};
}

/// The server's part of the key block. Source: RFC 5246 section 6.3.
Keys keys_of_1_2(const ssl_st* ssl, const EVP_MD* hash, std::size_t key_size, std::size_t iv_size) {
  std::string secret(SSL_SESSION_get_master_key(SSL_get_session(ssl), nullptr, 0), '\0');
  SSL_SESSION_get_master_key(SSL_get_session(ssl), bytes_of(secret), secret.size());
  std::string client(SSL3_RANDOM_SIZE, '\0');
  std::string server(SSL3_RANDOM_SIZE, '\0');
  SSL_get_client_random(ssl, bytes_of(client), client.size());
  SSL_get_server_random(ssl, bytes_of(server), server.size());
  auto seed = "key expansion" + server + client;
  std::string name = EVP_MD_get0_name(hash);
  std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), 0),
                        octets(OSSL_KDF_PARAM_SECRET, secret), octets(OSSL_KDF_PARAM_SEED, seed),
                        OSSL_PARAM_construct_end()};
  const auto block = derive("TLS1-PRF", parameters.data(), 2 * (key_size + iv_size));
  if (block.empty()) return {};
  return {block.substr(key_size, key_size), block.substr(2 * key_size + iv_size)};
}

// --- records

/// The ciphertext, and its tag behind it.
std::optional<std::string> encrypt(const EVP_CIPHER* cipher, const Keys& keys,
                                   std::string_view nonce, std::string_view additional,
                                   std::string_view plain) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  std::string out(plain.size() + kTag, '\0');
  int size = 0;
  const bool done =
      EVP_EncryptInit_ex(context.get(), cipher, nullptr, bytes_of(keys.key), bytes_of(nonce)) ==
          1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(additional),
                        static_cast<int>(additional.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(out), &size, bytes_of(plain),
                        static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(out) + plain.size(), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTag, &out[plain.size()]) == 1;
  if (!done) return std::nullopt;
  return out;
}

std::string header_of(char type, std::size_t size) {
  return {type, 3, 3, 0, static_cast<char>(size)};
}

/// The nonce of a record that says nothing of it. Source: RFC 8446 section 5.3.
std::string implicit_nonce(std::string iv, std::uint64_t sequence) {
  const auto number = big_endian(sequence, iv.size());
  for (std::size_t i = 0; i < iv.size(); ++i)
    iv[i] = static_cast<char>(iv[i] ^ number[i]);
  return iv;
}

class Sealer {
 public:
  Sealer(const ssl_st* ssl, const SealState& state) : state_(state) {
    const auto* suite = SSL_get_current_cipher(ssl);
    if (suite == nullptr) return;
    const auto nid = SSL_CIPHER_get_cipher_nid(suite);
    const bool is_gcm = nid == NID_aes_128_gcm || nid == NID_aes_256_gcm;
    if (!is_gcm && nid != NID_chacha20_poly1305) return;
    cipher_ = EVP_get_cipherbynid(nid);
    const auto key_size = static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher_));
    const auto* hash = SSL_CIPHER_get_handshake_digest(suite);
    is_1_3_ = SSL_version(ssl) == TLS1_3_VERSION;
    explicit_ = is_gcm && !is_1_3_;
    keys_ = is_1_3_ ? keys_of_1_3(state, hash, key_size)
                    : keys_of_1_2(ssl, hash, key_size, explicit_ ? kSalt : kNonce);
  }

  std::optional<std::string> seal(const AlertBody& alert) const {
    if (keys_.key.empty() || state_.model.size() < kHeader + kNonce) return std::nullopt;
    std::string plain{static_cast<char>(alert.level), static_cast<char>(alert.description)};
    if (is_1_3_) plain += kAlert;
    const auto sent_nonce = explicit_ ? state_.model.substr(kHeader, kNonce - kSalt) : "";
    const auto nonce =
        explicit_ ? keys_.iv + std::string(sent_nonce) : implicit_nonce(keys_.iv, state_.sequence);
    const auto header =
        header_of(is_1_3_ ? kApplicationData : kAlert, sent_nonce.size() + plain.size() + kTag);
    const auto additional =
        is_1_3_ ? header : big_endian(state_.sequence, 8) + header_of(kAlert, plain.size());
    const auto sealed = encrypt(cipher_, keys_, nonce, additional, plain);
    if (!sealed) return std::nullopt;
    return header + std::string(sent_nonce) + *sealed;
  }

 private:
  const SealState& state_;
  const EVP_CIPHER* cipher_ = nullptr;
  bool is_1_3_ = false;
  bool explicit_ = false;  // part of the nonce stands in the record
  Keys keys_;
};

}  // namespace

std::optional<std::string> seal_alert(const ssl_st* ssl, const AlertBody& alert,
                                      const SealState& state) {
  constexpr AlertBody kCloseNotify{1, 0};
  const Sealer sealer(ssl, state);
  if (sealer.seal(kCloseNotify) != state.model) return std::nullopt;
  return sealer.seal(alert);
}

}  // namespace misproxy
