#include "tls/record_seal.hpp"

#include <linux/tls.h>
#include <openssl/evp.h>

#include <algorithm>

#include "core/ensure.hpp"

namespace misproxy {
namespace {

constexpr unsigned char kApplicationRecord = 23;  // what every protected record calls itself
constexpr std::size_t kHeaderSize = 5;
constexpr std::size_t kTagSize = 16;

/// What the kernel's forms of a key have in common: salt and IV are the IV of TLS 1.3.
struct HandedKey {
  const EVP_CIPHER* cipher = nullptr;
  const unsigned char* key = nullptr;
  const unsigned char* salt = nullptr;
  const unsigned char* iv = nullptr;
  const unsigned char* sequence = nullptr;
};

template <class Form>
HandedKey handed(const tls_crypto_info& info, const EVP_CIPHER* cipher) {
  const auto& form = reinterpret_cast<const Form&>(info);
  return {cipher, form.key, form.salt, form.iv, form.rec_seq};
}

HandedKey handed(const tls_crypto_info& info) {
  if (info.version != TLS_1_3_VERSION) return {};
  switch (info.cipher_type) {
    case TLS_CIPHER_AES_GCM_128:
      return handed<tls12_crypto_info_aes_gcm_128>(info, EVP_aes_128_gcm());
    case TLS_CIPHER_AES_GCM_256:
      return handed<tls12_crypto_info_aes_gcm_256>(info, EVP_aes_256_gcm());
    default:
      return {};
  }
}

}  // namespace

void RecordSeal::Deleter::operator()(evp_cipher_ctx_st* cipher) const {
  EVP_CIPHER_CTX_free(cipher);
}

std::unique_ptr<RecordSeal> RecordSeal::of(const tls_crypto_info& info) {
  const auto key = handed(info);
  if (key.cipher == nullptr) return nullptr;
  std::unique_ptr<RecordSeal> made(new RecordSeal);
  std::copy_n(key.salt, TLS_CIPHER_AES_GCM_128_SALT_SIZE, made->iv_.begin());
  std::copy_n(key.iv, TLS_CIPHER_AES_GCM_128_IV_SIZE,
              made->iv_.begin() + TLS_CIPHER_AES_GCM_128_SALT_SIZE);
  for (int i = 0; i < TLS_CIPHER_AES_GCM_128_REC_SEQ_SIZE; ++i)
    made->sequence_ = made->sequence_ << 8 | key.sequence[i];
  made->cipher_.reset(EVP_CIPHER_CTX_new());
  const bool taken =
      EVP_EncryptInit_ex(made->cipher_.get(), key.cipher, nullptr, key.key, nullptr) == 1;
  return taken ? std::move(made) : nullptr;
}

RecordSeal::Nonce RecordSeal::next_nonce() {
  auto nonce = iv_;
  auto rest = sequence_++;
  for (auto at = nonce.size(); rest != 0; rest >>= 8)
    nonce[--at] ^= static_cast<unsigned char>(rest);
  return nonce;
}

void RecordSeal::seal(std::uint8_t type, std::string_view plaintext, std::string& out) {
  const auto begin = out.size();
  const auto length = plaintext.size() + 1 + kTagSize;
  out.resize(begin + kHeaderSize + length);
  auto* const header = reinterpret_cast<unsigned char*>(out.data() + begin);
  auto* const body = header + kHeaderSize;
  const std::array<unsigned char, kHeaderSize> says{kApplicationRecord, 3, 3,
                                                    static_cast<unsigned char>(length >> 8),
                                                    static_cast<unsigned char>(length)};
  std::ranges::copy(says, header);
  const auto nonce = next_nonce();
  const auto size = static_cast<int>(plaintext.size());
  auto* const cipher = cipher_.get();
  int done = 0;
  const bool sealed =
      EVP_EncryptInit_ex(cipher, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
      EVP_EncryptUpdate(cipher, nullptr, &done, says.data(), says.size()) == 1 &&
      EVP_EncryptUpdate(cipher, body, &done,
                        reinterpret_cast<const unsigned char*>(plaintext.data()), size) == 1 &&
      EVP_EncryptUpdate(cipher, body + size, &done, &type, 1) == 1 &&
      EVP_EncryptFinal_ex(cipher, body + size + 1, &done) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, kTagSize, body + size + 1) == 1;
  ensure(sealed, "a record cannot be sealed");
}

}  // namespace misproxy
