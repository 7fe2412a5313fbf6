#include "tls/small_library.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/encoding.hpp"
#include "tls/quick_signatures.hpp"
#include "tls/seeded_random.hpp"

namespace misproxy {
namespace {

using RawBytes = std::vector<unsigned char>;

std::string in_hex(const RawBytes& bytes) { return to_hex(bytes); }

std::array<unsigned char, 32> secret_from(std::string_view hex) {
  std::array<unsigned char, 32> secret{};
  for (std::size_t i = 0; i < secret.size(); ++i)
    secret[i] =
        static_cast<unsigned char>(std::stoi(std::string(hex.substr(2 * i, 2)), nullptr, 16));
  return secret;
}

/// The second of RFC 8032 section 7.1.
constexpr std::string_view kSecret =
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
constexpr std::string_view kOpenKey =
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr std::string_view kSignature =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
constexpr unsigned char kText = 0x72;

RawBytes open_part(const Key& key) {
  RawBytes part(32);
  std::size_t size = part.size();
  EXPECT_EQ(EVP_PKEY_get_raw_public_key(key.get(), part.data(), &size), 1);
  return part;
}

RawBytes secret_part(const Key& key) {
  RawBytes part(32);
  std::size_t size = part.size();
  EXPECT_EQ(EVP_PKEY_get_raw_private_key(key.get(), part.data(), &size), 1);
  return part;
}

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

RawBytes signature_by(const Key& key) {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()), 1);
  std::size_t size = 0;
  EXPECT_EQ(EVP_DigestSign(context.get(), nullptr, &size, &kText, 1), 1);
  RawBytes signature(size);
  EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, &kText, 1), 1);
  return signature;
}

bool is_good(const RawBytes& signature, const Key& key) {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EXPECT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()), 1);
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), &kText, 1) == 1;
}

Key share_from(std::uint64_t draw_key) {
  RandomStream stream(draw_key);
  const RandomScope scope(stream);
  Key made(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"));
  EXPECT_EQ(stream.drawn(), 32U);
  return made;
}

RawBytes agreed(const Key& own, const Key& peer) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(own.get(), nullptr), &EVP_PKEY_CTX_free);
  RawBytes secret(32);
  std::size_t size = secret.size();
  EXPECT_EQ(EVP_PKEY_derive_init(context.get()), 1);
  EXPECT_EQ(EVP_PKEY_derive_set_peer(context.get(), peer.get()), 1);
  EXPECT_EQ(EVP_PKEY_derive(context.get(), secret.data(), &size), 1);
  return secret;
}

TEST(SmallLibrary, SignsAsTheRfcSays) {
  const SmallLibraryScope small;
  const Key key = ed25519_key(secret_from(kSecret));
  EXPECT_EQ(in_hex(open_part(key)), kOpenKey);
  EXPECT_EQ(in_hex(secret_part(key)), kSecret);
  EXPECT_EQ(in_hex(signature_by(key)), kSignature);
}

TEST(SmallLibrary, AgreesWithOpensslOnWhichSignaturesAreGood) {
  const Key theirs = ed25519_key(secret_from(kSecret));
  const auto signature = signature_by(theirs);
  const SmallLibraryScope small;
  const Key ours = ed25519_key(secret_from(kSecret));
  const Key another = ed25519_key(secret_from(kOpenKey));
  EXPECT_EQ(signature_by(ours), signature);
  for (std::size_t i = 0; i < signature.size(); ++i) {
    auto altered = signature;
    altered[i] ^= 1;
    EXPECT_FALSE(is_good(altered, theirs)) << i;
    EXPECT_FALSE(is_good(altered, ours)) << i;
  }
  EXPECT_TRUE(is_good(signature, theirs));
  EXPECT_TRUE(is_good(signature, ours));
  EXPECT_FALSE(is_good(signature, another));
  EXPECT_FALSE(is_good({signature.begin(), signature.end() - 1}, ours));
}

TEST(SmallLibrary, MakesOpensslsKeySharesOfTheSameRandomBytes) {
  const Key theirs = share_from(7);
  const SmallLibraryScope small;
  const Key ours = share_from(7);
  const Key peer = share_from(8);
  EXPECT_EQ(secret_part(ours), secret_part(theirs));
  EXPECT_EQ(open_part(ours), open_part(theirs));
  EXPECT_NE(open_part(peer), open_part(ours));
  EXPECT_EQ(agreed(ours, peer), agreed(peer, ours));
}

TEST(SmallLibrary, EachThreadHasItsOwnAndLeavesItToThoseToCome) {
  const auto* own = small_library();
  EXPECT_EQ(small_library(), own);
  const ossl_lib_ctx_st* first = nullptr;
  const ossl_lib_ctx_st* second = nullptr;
  std::thread([&] { first = small_library(); }).join();
  std::thread([&] { second = small_library(); }).join();
  EXPECT_NE(first, own);
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace misproxy
