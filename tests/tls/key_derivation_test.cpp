#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/encoding.hpp"
#include "tls/small_library.hpp"

namespace misproxy {
namespace {

/// As `tls13_hkdf_expand` and `tls13_generate_secret` of libssl ask.
struct Derivation {
  std::string digest = "SHA384";
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  std::optional<std::string> key{};
  std::optional<std::string> salt{};
  std::string label = "derived";
  std::optional<std::string> context{};
  std::size_t size = 48;
};

std::string derived(Derivation asked) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(
      EVP_KDF_fetch(nullptr, "TLS13-KDF", nullptr), &EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> under_way(
      EVP_KDF_CTX_new(kdf.get()), &EVP_KDF_CTX_free);
  std::vector<OSSL_PARAM> parameters{
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &asked.mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, asked.digest.data(), 0)};
  const auto add = [&](const char* name, std::string& octets) {
    parameters.push_back(OSSL_PARAM_construct_octet_string(name, octets.data(), octets.size()));
  };
  std::string prefix = "tls13 ";
  if (asked.key) add(OSSL_KDF_PARAM_KEY, *asked.key);
  if (asked.salt) add(OSSL_KDF_PARAM_SALT, *asked.salt);
  add(OSSL_KDF_PARAM_PREFIX, prefix);
  add(OSSL_KDF_PARAM_LABEL, asked.label);
  if (asked.context) add(OSSL_KDF_PARAM_DATA, *asked.context);
  parameters.push_back(OSSL_PARAM_construct_end());
  std::vector<unsigned char> out(asked.size);
  const int result = EVP_KDF_derive(under_way.get(), out.data(), out.size(), parameters.data());
  return result == 1 ? to_hex(out) : "refused";
}

void expect_the_same(const Derivation& asked, const std::string& what) {
  const auto theirs = derived(asked);
  const SmallLibraryScope small;
  EXPECT_EQ(derived(asked), theirs) << what;
}

TEST(KeyDerivation, DerivesAsTheRfcSays) {
  // RFC 8448 section 3: early secret, and what the handshake's is made with.
  const SmallLibraryScope small;
  EXPECT_EQ(derived({.digest = "SHA256", .mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY, .size = 32}),
            "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
}

TEST(KeyDerivation, ExpandsAsOpensslDoes) {
  const std::string secret(48, 's');
  for (const auto* digest : {"SHA256", "SHA384", "SHA2-384", "SHA512"}) {
    for (const std::size_t size : {1U, 12U, 16U, 32U, 48U, 64U, 200U}) {
      for (const std::size_t context : {0U, 32U, 48U, 100U, 200U})
        expect_the_same({.digest = digest,
                         .key = secret,
                         .label = "c hs traffic",
                         .context = std::string(context, 'c'),
                         .size = size},
                        digest + std::to_string(size) + " " + std::to_string(context));
    }
  }
  expect_the_same({.key = secret, .label = "iv", .size = 12}, "no context");
  expect_the_same({.key = std::string(300, 'k')}, "a long key");
  expect_the_same({.key = secret, .label = std::string(243, 'l')}, "a long label");
  expect_the_same({.key = secret, .label = std::string(300, 'l')}, "one that is too long");
  expect_the_same({}, "no key");
}

TEST(KeyDerivation, ExtractsAsOpensslDoes) {
  constexpr int kExtract = EVP_KDF_HKDF_MODE_EXTRACT_ONLY;
  for (const std::string digest : {"SHA256", "SHA384"}) {
    const std::size_t size = digest == "SHA256" ? 32 : 48;
    const std::string before(size, 'b');
    const std::string shared(32, 'x');
    expect_the_same({.digest = digest, .mode = kExtract, .size = size}, "neither");
    expect_the_same({.digest = digest, .mode = kExtract, .key = shared, .size = size}, "a key");
    expect_the_same({.digest = digest, .mode = kExtract, .salt = before, .size = size}, "a salt");
    expect_the_same(
        {.digest = digest, .mode = kExtract, .key = shared, .salt = before, .size = size}, "both");
    expect_the_same({.digest = digest, .mode = kExtract, .key = shared, .size = size - 1},
                    "another size");
  }
  expect_the_same({.mode = EVP_KDF_HKDF_MODE_EXTRACT_AND_EXPAND, .key = "k"}, "another mode");
}

}  // namespace
}  // namespace misproxy
