#include "tls/quick_signatures.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>

#include "tls/provider_functions.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kSeedBytes = crypto_sign_SEEDBYTES;

/// OpenSSL's own functions, for all but the arithmetic.
struct SignatureFunctions {
  OSSL_FUNC_signature_newctx_fn* make;
  OSSL_FUNC_signature_freectx_fn* end;
  OSSL_FUNC_signature_dupctx_fn* copy;
  OSSL_FUNC_signature_digest_sign_init_fn* begin_signing;
  OSSL_FUNC_signature_digest_verify_init_fn* begin_verifying;
  OSSL_FUNC_signature_get_ctx_params_fn* get;
  OSSL_FUNC_signature_gettable_ctx_params_fn* gettable;
  OSSL_FUNC_keymgmt_export_fn* export_key;
};
SignatureFunctions openssl_signs{};

/// One signature, or one verification, under way; and what OpenSSL calls for it.
struct Signing {
  void* context;  // OpenSSL's own of it
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES>
      key{};  // the seed; the public key behind it

  unsigned char* open_key() { return key.data() + kSeedBytes; }
  static Signing& of(void* context) { return *static_cast<Signing*>(context); }

  static void* make(void* provider, const char* properties) {
    void* context = openssl_signs.make(provider, properties);
    return context == nullptr ? nullptr : new Signing{context};
  }

  static void end(void* context) {
    const std::unique_ptr<Signing> ended(&of(context));
    openssl_signs.end(ended->context);
  }

  static void* copy(void* context) {
    auto* other = openssl_signs.copy(of(context).context);
    return other == nullptr ? nullptr : new Signing{other, of(context).key};
  }

  static void take(const OSSL_PARAM parameters[], const char* name, unsigned char* out) {
    const auto* found = OSSL_PARAM_locate_const(parameters, name);
    if (found == nullptr || found->data_size != kSeedBytes) return;
    std::copy_n(static_cast<const unsigned char*>(found->data), kSeedBytes, out);
  }

  static int take_key(const OSSL_PARAM parameters[], void* context) {
    take(parameters, OSSL_PKEY_PARAM_PRIV_KEY, of(context).key.data());
    take(parameters, OSSL_PKEY_PARAM_PUB_KEY, of(context).open_key());
    return 1;
  }

  /// `key`: null for that of before.
  static bool take_key_of(void* key, int selection, void* context) {
    return key == nullptr || openssl_signs.export_key(key, selection, &take_key, context) == 1;
  }

  static int begin_signing(void* context, const char* digest, void* key,
                           const OSSL_PARAM parameters[]) {
    return openssl_signs.begin_signing(of(context).context, digest, key, parameters) == 1 &&
           take_key_of(key, OSSL_KEYMGMT_SELECT_KEYPAIR, context);
  }

  static int begin_verifying(void* context, const char* digest, void* key,
                             const OSSL_PARAM parameters[]) {
    return openssl_signs.begin_verifying(of(context).context, digest, key, parameters) == 1 &&
           take_key_of(key, OSSL_KEYMGMT_SELECT_PUBLIC_KEY, context);
  }

  static int sign(void* context, unsigned char* signature, std::size_t* size, std::size_t room,
                  const unsigned char* text, std::size_t length) {
    *size = crypto_sign_BYTES;
    if (signature == nullptr) return 1;  // the size alone is asked for
    if (room < crypto_sign_BYTES) return 0;
    return crypto_sign_detached(signature, nullptr, text, length, of(context).key.data()) == 0;
  }

  static int verify(void* context, const unsigned char* signature, std::size_t size,
                    const unsigned char* text, std::size_t length) {
    if (size != crypto_sign_BYTES) return 0;
    return crypto_sign_verify_detached(signature, text, length, of(context).open_key()) == 0;
  }

  static int get(void* context, OSSL_PARAM* parameters) {
    return openssl_signs.get(of(context).context, parameters);
  }

  static const OSSL_PARAM* gettable(void* context, void* provider) {
    return openssl_signs.gettable(context == nullptr ? nullptr : of(context).context, provider);
  }
};

SignatureFunctions signature_functions(const Functions& all, const Functions& keys) {
  return {
      function<OSSL_FUNC_signature_newctx_fn>(all, OSSL_FUNC_SIGNATURE_NEWCTX),
      function<OSSL_FUNC_signature_freectx_fn>(all, OSSL_FUNC_SIGNATURE_FREECTX),
      function<OSSL_FUNC_signature_dupctx_fn>(all, OSSL_FUNC_SIGNATURE_DUPCTX),
      function<OSSL_FUNC_signature_digest_sign_init_fn>(all, OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT),
      function<OSSL_FUNC_signature_digest_verify_init_fn>(all,
                                                          OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_INIT),
      function<OSSL_FUNC_signature_get_ctx_params_fn>(all, OSSL_FUNC_SIGNATURE_GET_CTX_PARAMS),
      function<OSSL_FUNC_signature_gettable_ctx_params_fn>(all,
                                                           OSSL_FUNC_SIGNATURE_GETTABLE_CTX_PARAMS),
      function<OSSL_FUNC_keymgmt_export_fn>(keys, OSSL_FUNC_KEYMGMT_EXPORT),
  };
}

}  // namespace

Key ed25519_key(std::array<unsigned char, 32> secret) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open;
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> both;
  ensure(crypto_sign_seed_keypair(open.data(), both.data(), secret.data()) == 0, "Ed25519");
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, open.data(), open.size()),
      OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> making(
      EVP_PKEY_CTX_new_from_name(nullptr, "ED25519", nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* made = nullptr;
  ensure(EVP_PKEY_fromdata_init(making.get()) == 1 &&
             EVP_PKEY_fromdata(making.get(), &made, EVP_PKEY_KEYPAIR, parameters) == 1,
         "EVP_PKEY_fromdata");
  return Key(made);
}

const OSSL_DISPATCH* quick_signatures(const OSSL_ALGORITHM* signatures,
                                      const OSSL_ALGORITHM* keys) {
  static const Functions functions = [&] {
    ensure(sodium_init() >= 0, "sodium_init");
    openssl_signs = signature_functions(functions_of(algorithm(signatures, "ED25519")),
                                        functions_of(algorithm(keys, "ED25519")));
    return Functions{
        numbered<OSSL_FUNC_signature_newctx_fn>(OSSL_FUNC_SIGNATURE_NEWCTX, &Signing::make),
        numbered<OSSL_FUNC_signature_freectx_fn>(OSSL_FUNC_SIGNATURE_FREECTX, &Signing::end),
        numbered<OSSL_FUNC_signature_dupctx_fn>(OSSL_FUNC_SIGNATURE_DUPCTX, &Signing::copy),
        numbered<OSSL_FUNC_signature_digest_sign_init_fn>(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT,
                                                          &Signing::begin_signing),
        numbered<OSSL_FUNC_signature_digest_sign_fn>(OSSL_FUNC_SIGNATURE_DIGEST_SIGN,
                                                     &Signing::sign),
        numbered<OSSL_FUNC_signature_digest_verify_init_fn>(OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_INIT,
                                                            &Signing::begin_verifying),
        numbered<OSSL_FUNC_signature_digest_verify_fn>(OSSL_FUNC_SIGNATURE_DIGEST_VERIFY,
                                                       &Signing::verify),
        numbered<OSSL_FUNC_signature_get_ctx_params_fn>(OSSL_FUNC_SIGNATURE_GET_CTX_PARAMS,
                                                        &Signing::get),
        numbered<OSSL_FUNC_signature_gettable_ctx_params_fn>(
            OSSL_FUNC_SIGNATURE_GETTABLE_CTX_PARAMS, &Signing::gettable),
        {0, nullptr}};
  }();
  return functions.data();
}

}  // namespace misproxy
