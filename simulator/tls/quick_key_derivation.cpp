// The hashes on the stack are deprecated in OpenSSL 3, whose own are made on the heap.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "tls/quick_key_derivation.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "tls/provider_functions.hpp"

namespace misproxy {
namespace {

using Octets = std::basic_string_view<unsigned char>;

/// OpenSSL's own functions, for what libssl does not ask for.
struct DerivationFunctions {
  OSSL_FUNC_kdf_newctx_fn* make;
  OSSL_FUNC_kdf_freectx_fn* end;
  OSSL_FUNC_kdf_reset_fn* reset;
  OSSL_FUNC_kdf_derive_fn* derive;
  OSSL_FUNC_kdf_gettable_ctx_params_fn* gettable;
  OSSL_FUNC_kdf_settable_ctx_params_fn* settable;
  OSSL_FUNC_kdf_get_ctx_params_fn* get;
  OSSL_FUNC_kdf_set_ctx_params_fn* set;
};
DerivationFunctions openssl_derives{};

struct Sha256 {
  static constexpr std::size_t kSize = SHA256_DIGEST_LENGTH;
  static constexpr std::size_t kBlock = SHA256_CBLOCK;
  SHA256_CTX state;
  Sha256() { SHA256_Init(&state); }
  void add(Octets bytes) { SHA256_Update(&state, bytes.data(), bytes.size()); }
  void end(unsigned char* out) { SHA256_Final(out, &state); }
};

struct Sha384 {
  static constexpr std::size_t kSize = SHA384_DIGEST_LENGTH;
  static constexpr std::size_t kBlock = SHA512_CBLOCK;
  SHA512_CTX state;
  Sha384() { SHA384_Init(&state); }
  void add(Octets bytes) { SHA384_Update(&state, bytes.data(), bytes.size()); }
  void end(unsigned char* out) { SHA384_Final(out, &state); }
};

template <class Hash>
struct Derived : std::array<unsigned char, Hash::kSize> {
  operator Octets() const { return {this->data(), this->size()}; }
};

/// Source: RFC 2104. The key is no longer than a block.
template <class Hash>
Derived<Hash> hmac(Octets key, Octets text) {
  constexpr unsigned char kInner = 0x36;
  constexpr unsigned char kOuter = 0x5c;
  std::array<unsigned char, Hash::kBlock> pad{};
  std::ranges::copy(key, pad.begin());
  for (auto& each : pad)
    each ^= kInner;
  Derived<Hash> digest;
  Hash inner;
  inner.add({pad.data(), pad.size()});
  inner.add(text);
  inner.end(digest.data());
  for (auto& each : pad)
    each ^= kInner ^ kOuter;
  Hash outer;
  outer.add({pad.data(), pad.size()});
  outer.add(digest);
  outer.end(digest.data());
  return digest;
}

/// What libssl asks for in one call (EVP_KDF-TLS13_KDF(7)).
struct Wanted {
  std::string_view digest;
  int mode = -1;
  std::optional<Octets> key;
  std::optional<Octets> salt;
  Octets prefix;
  Octets label;
  Octets context;
};

Wanted wanted_in(const OSSL_PARAM parameters[]) {
  Wanted wanted;
  for (const auto* each = parameters; each != nullptr && each->key != nullptr; ++each) {
    const std::string_view name = each->key;
    const Octets octets(static_cast<const unsigned char*>(each->data), each->data_size);
    if (name == OSSL_KDF_PARAM_MODE) OSSL_PARAM_get_int(each, &wanted.mode);
    if (name == OSSL_KDF_PARAM_DIGEST) wanted.digest = {static_cast<const char*>(each->data)};
    if (name == OSSL_KDF_PARAM_KEY) wanted.key = octets;
    if (name == OSSL_KDF_PARAM_SALT) wanted.salt = octets;
    if (name == OSSL_KDF_PARAM_PREFIX) wanted.prefix = octets;
    if (name == OSSL_KDF_PARAM_LABEL) wanted.label = octets;
    if (name == OSSL_KDF_PARAM_DATA) wanted.context = octets;
  }
  return wanted;
}

/// HKDF-Expand-Label, of no more than one block. Sources: RFC 8446 section 7.1, RFC 5869.
template <class Hash>
bool expand(Octets secret, const Wanted& wanted, Octets context, unsigned char* out,
            std::size_t size) {
  std::array<unsigned char, 128> info;
  const auto label = wanted.prefix.size() + wanted.label.size();
  if (size > Hash::kSize || secret.size() > Hash::kBlock ||
      label + context.size() + 5 > info.size())
    return false;
  auto* at = info.data();
  *at++ = static_cast<unsigned char>(size >> 8);
  *at++ = static_cast<unsigned char>(size);
  *at++ = static_cast<unsigned char>(label);
  at = std::ranges::copy(wanted.prefix, at).out;
  at = std::ranges::copy(wanted.label, at).out;
  *at++ = static_cast<unsigned char>(context.size());
  at = std::ranges::copy(context, at).out;
  *at++ = 1;  // the first block
  auto block = hmac<Hash>(secret, {info.data(), static_cast<std::size_t>(at - info.data())});
  std::copy_n(block.begin(), size, out);
  OPENSSL_cleanse(block.data(), block.size());
  return true;
}

/// HKDF-Extract; the salt is the secret of before, derived once more. Source: RFC 8446 section 7.1.
template <class Hash>
bool extract(const Wanted& wanted, unsigned char* out, std::size_t size) {
  const Derived<Hash> zeros{};
  Derived<Hash> salt{};
  if (size != Hash::kSize) return false;
  if (wanted.salt) {
    Derived<Hash> of_nothing;
    Hash().end(of_nothing.data());
    if (!expand<Hash>(*wanted.salt, wanted, of_nothing, salt.data(), salt.size())) return false;
  }
  auto secret = hmac<Hash>(salt, wanted.key.value_or(zeros));
  std::ranges::copy(secret, out);
  OPENSSL_cleanse(secret.data(), secret.size());
  return true;
}

template <class Hash>
bool derived(const Wanted& wanted, unsigned char* out, std::size_t size) {
  if (wanted.mode == EVP_KDF_HKDF_MODE_EXTRACT_ONLY) return extract<Hash>(wanted, out, size);
  return wanted.mode == EVP_KDF_HKDF_MODE_EXPAND_ONLY && wanted.key &&
         expand<Hash>(*wanted.key, wanted, wanted.context, out, size);
}

/// False for what is left to OpenSSL.
bool derived(const OSSL_PARAM parameters[], unsigned char* out, std::size_t size) {
  const auto wanted = wanted_in(parameters);
  if (wanted.digest == "SHA384" || wanted.digest == "SHA2-384")
    return derived<Sha384>(wanted, out, size);
  if (wanted.digest == "SHA256" || wanted.digest == "SHA2-256")
    return derived<Sha256>(wanted, out, size);
  return false;
}

/// A derivation; and what OpenSSL calls for it.
struct Derivation {
  void* provider;
  void* context = nullptr;  // OpenSSL's own of it, made where it is needed

  static Derivation& of(void* context) { return *static_cast<Derivation*>(context); }
  void* openssl() {
    if (context == nullptr) context = openssl_derives.make(provider);
    return context;
  }

  static void* make(void* provider) { return new Derivation{provider}; }
  static void end(void* context) {
    if (of(context).context != nullptr) openssl_derives.end(of(context).context);
    delete &of(context);
  }
  static void reset(void* context) {
    if (of(context).context != nullptr) openssl_derives.reset(of(context).context);
  }
  static int derive(void* context, unsigned char* out, std::size_t size,
                    const OSSL_PARAM parameters[]) {
    if (of(context).context == nullptr && derived(parameters, out, size)) return 1;
    return openssl_derives.derive(of(context).openssl(), out, size, parameters);
  }
  static const OSSL_PARAM* gettable(void* context, void* provider) {
    return openssl_derives.gettable(context == nullptr ? nullptr : of(context).openssl(), provider);
  }
  static const OSSL_PARAM* settable(void* context, void* provider) {
    return openssl_derives.settable(context == nullptr ? nullptr : of(context).openssl(), provider);
  }
  static int get(void* context, OSSL_PARAM* parameters) {
    return openssl_derives.get(of(context).openssl(), parameters);
  }
  static int set(void* context, const OSSL_PARAM parameters[]) {
    return openssl_derives.set(of(context).openssl(), parameters);
  }
};

DerivationFunctions derivation_functions(const Functions& all) {
  return {
      function<OSSL_FUNC_kdf_newctx_fn>(all, OSSL_FUNC_KDF_NEWCTX),
      function<OSSL_FUNC_kdf_freectx_fn>(all, OSSL_FUNC_KDF_FREECTX),
      function<OSSL_FUNC_kdf_reset_fn>(all, OSSL_FUNC_KDF_RESET),
      function<OSSL_FUNC_kdf_derive_fn>(all, OSSL_FUNC_KDF_DERIVE),
      function<OSSL_FUNC_kdf_gettable_ctx_params_fn>(all, OSSL_FUNC_KDF_GETTABLE_CTX_PARAMS),
      function<OSSL_FUNC_kdf_settable_ctx_params_fn>(all, OSSL_FUNC_KDF_SETTABLE_CTX_PARAMS),
      function<OSSL_FUNC_kdf_get_ctx_params_fn>(all, OSSL_FUNC_KDF_GET_CTX_PARAMS),
      function<OSSL_FUNC_kdf_set_ctx_params_fn>(all, OSSL_FUNC_KDF_SET_CTX_PARAMS),
  };
}

}  // namespace

const OSSL_DISPATCH* quick_key_derivation(const OSSL_ALGORITHM* derivations) {
  static const Functions functions = [&] {
    openssl_derives = derivation_functions(functions_of(algorithm(derivations, "TLS13-KDF")));
    return Functions{
        numbered<OSSL_FUNC_kdf_newctx_fn>(OSSL_FUNC_KDF_NEWCTX, &Derivation::make),
        numbered<OSSL_FUNC_kdf_freectx_fn>(OSSL_FUNC_KDF_FREECTX, &Derivation::end),
        numbered<OSSL_FUNC_kdf_reset_fn>(OSSL_FUNC_KDF_RESET, &Derivation::reset),
        numbered<OSSL_FUNC_kdf_derive_fn>(OSSL_FUNC_KDF_DERIVE, &Derivation::derive),
        numbered<OSSL_FUNC_kdf_gettable_ctx_params_fn>(OSSL_FUNC_KDF_GETTABLE_CTX_PARAMS,
                                                       &Derivation::gettable),
        numbered<OSSL_FUNC_kdf_settable_ctx_params_fn>(OSSL_FUNC_KDF_SETTABLE_CTX_PARAMS,
                                                       &Derivation::settable),
        numbered<OSSL_FUNC_kdf_get_ctx_params_fn>(OSSL_FUNC_KDF_GET_CTX_PARAMS, &Derivation::get),
        numbered<OSSL_FUNC_kdf_set_ctx_params_fn>(OSSL_FUNC_KDF_SET_CTX_PARAMS, &Derivation::set),
        {0, nullptr}};
  }();
  return functions.data();
}

}  // namespace misproxy
