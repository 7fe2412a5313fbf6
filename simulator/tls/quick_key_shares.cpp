#include "tls/quick_key_shares.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <sodium.h>

#include <array>
#include <memory>

#include "tls/provider_functions.hpp"

namespace misproxy {
namespace {

using Octets32 = std::array<unsigned char, crypto_scalarmult_BYTES>;

/// OpenSSL's own functions, for all but the arithmetic.
struct KeyFunctions {
  OSSL_FUNC_keymgmt_new_fn* make;
  OSSL_FUNC_keymgmt_free_fn* end;
  OSSL_FUNC_keymgmt_import_fn* import;
  OSSL_FUNC_keymgmt_gen_init_fn* begin;
  OSSL_FUNC_keymgmt_gen_set_params_fn* set;
  OSSL_FUNC_keymgmt_gen_settable_params_fn* settable;
  OSSL_FUNC_keymgmt_gen_fn* generate;
  OSSL_FUNC_keymgmt_gen_cleanup_fn* clean_up;
};
KeyFunctions openssl_keys{};

/// RFC 7748 section 5, as OpenSSL keeps it.
void clamp_share(Octets32& secret) {
  secret.front() &= 248;
  secret.back() = static_cast<unsigned char>((secret.back() & 127) | 64);
}

void* key_with(void* provider, Octets32& secret, Octets32& open) {
  void* key = openssl_keys.make(provider);
  if (key == nullptr) return nullptr;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, open.data(), open.size()),
      OSSL_PARAM_construct_end()};
  if (openssl_keys.import(key, OSSL_KEYMGMT_SELECT_KEYPAIR, parameters) == 1) return key;
  openssl_keys.end(key);
  return nullptr;
}

/// A key that is to be made; and what OpenSSL calls for it.
struct Order {
  void* provider;
  void* context;  // OpenSSL's own of it
  bool of_pair;   // not of the parameters alone

  static Order& of(void* context) { return *static_cast<Order*>(context); }

  static void* begin(void* provider, int selection, const OSSL_PARAM parameters[]) {
    void* context = openssl_keys.begin(provider, selection, parameters);
    if (context == nullptr) return nullptr;
    return new Order{provider, context, (selection & OSSL_KEYMGMT_SELECT_KEYPAIR) != 0};
  }

  static int set(void* context, const OSSL_PARAM parameters[]) {
    return openssl_keys.set(of(context).context, parameters);
  }

  static const OSSL_PARAM* settable(void* context, void* provider) {
    return openssl_keys.settable(context == nullptr ? nullptr : of(context).context, provider);
  }

  static void clean_up(void* context) {
    const std::unique_ptr<Order> ended(&of(context));
    openssl_keys.clean_up(ended->context);
  }

  static void* generate(void* context, OSSL_CALLBACK* progress, void* argument) {
    if (!of(context).of_pair) return openssl_keys.generate(of(context).context, progress, argument);
    Octets32 secret;
    Octets32 open;
    if (RAND_priv_bytes(secret.data(), static_cast<int>(secret.size())) != 1) return nullptr;
    clamp_share(secret);
    if (crypto_scalarmult_base(open.data(), secret.data()) != 0) return nullptr;
    return key_with(of(context).provider, secret, open);
  }
};

KeyFunctions key_functions(const Functions& all) {
  return {
      function<OSSL_FUNC_keymgmt_new_fn>(all, OSSL_FUNC_KEYMGMT_NEW),
      function<OSSL_FUNC_keymgmt_free_fn>(all, OSSL_FUNC_KEYMGMT_FREE),
      function<OSSL_FUNC_keymgmt_import_fn>(all, OSSL_FUNC_KEYMGMT_IMPORT),
      function<OSSL_FUNC_keymgmt_gen_init_fn>(all, OSSL_FUNC_KEYMGMT_GEN_INIT),
      function<OSSL_FUNC_keymgmt_gen_set_params_fn>(all, OSSL_FUNC_KEYMGMT_GEN_SET_PARAMS),
      function<OSSL_FUNC_keymgmt_gen_settable_params_fn>(all,
                                                         OSSL_FUNC_KEYMGMT_GEN_SETTABLE_PARAMS),
      function<OSSL_FUNC_keymgmt_gen_fn>(all, OSSL_FUNC_KEYMGMT_GEN),
      function<OSSL_FUNC_keymgmt_gen_cleanup_fn>(all, OSSL_FUNC_KEYMGMT_GEN_CLEANUP),
  };
}

/// Ours in the place of theirs, whose other functions stay.
OSSL_DISPATCH ours(const OSSL_DISPATCH& their) {
  switch (their.function_id) {
    case OSSL_FUNC_KEYMGMT_GEN_INIT:
      return numbered<OSSL_FUNC_keymgmt_gen_init_fn>(their.function_id, &Order::begin);
    case OSSL_FUNC_KEYMGMT_GEN_SET_PARAMS:
      return numbered<OSSL_FUNC_keymgmt_gen_set_params_fn>(their.function_id, &Order::set);
    case OSSL_FUNC_KEYMGMT_GEN_SETTABLE_PARAMS:
      return numbered<OSSL_FUNC_keymgmt_gen_settable_params_fn>(their.function_id,
                                                                &Order::settable);
    case OSSL_FUNC_KEYMGMT_GEN:
      return numbered<OSSL_FUNC_keymgmt_gen_fn>(their.function_id, &Order::generate);
    case OSSL_FUNC_KEYMGMT_GEN_CLEANUP:
      return numbered<OSSL_FUNC_keymgmt_gen_cleanup_fn>(their.function_id, &Order::clean_up);
    default:
      return their;
  }
}

}  // namespace

const OSSL_DISPATCH* quick_key_shares(const OSSL_ALGORITHM* keys) {
  static const Functions functions = [&] {
    ensure(sodium_init() >= 0, "sodium_init");
    auto all = functions_of(algorithm(keys, "X25519"));
    openssl_keys = key_functions(all);
    for (auto& each : all)
      each = ours(each);
    return all;
  }();
  return functions.data();
}

}  // namespace misproxy
