#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct tls_crypto_info;
struct evp_cipher_ctx_st;

namespace misproxy {

/// Protects the records of one end of a TLS 1.3 connection in OpenSSL's place, with a key that
/// OpenSSL hands over as it would to a kernel's TLS (SSL_OP_ENABLE_KTLS): from where the plaintext
/// stands straight to where the records are sent from. OpenSSL itself copies twice.
///
/// Source: RFC 8446 sections 5.2 and 5.3; the form of the key: linux/tls.h.
class RecordSeal {
 public:
  /// Null where it is not TLS 1.3, or not AES-GCM: then OpenSSL goes on by itself.
  static std::unique_ptr<RecordSeal> of(const tls_crypto_info& key);

  /// A record of content type `type`, behind what `out` holds.
  void seal(std::uint8_t type, std::string_view plaintext, std::string& out);

 private:
  struct Deleter {
    void operator()(evp_cipher_ctx_st* cipher) const;
  };
  using Nonce = std::array<unsigned char, 12>;

  RecordSeal() = default;
  Nonce next_nonce();

  std::unique_ptr<evp_cipher_ctx_st, Deleter> cipher_;
  Nonce iv_{};
  std::uint64_t sequence_ = 0;
};

}  // namespace misproxy
