#include "tls/small_library.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <mutex>
#include <string_view>
#include <vector>

#include "core/ensure.hpp"
#include "tls/algorithms_of_tls.hpp"
#include "tls/provider_functions.hpp"
#include "tls/quick_key_derivation.hpp"
#include "tls/quick_key_shares.hpp"
#include "tls/quick_signatures.hpp"

namespace misproxy {
namespace {

/// Where the algorithms live: a library of its own, so that nothing of the process's changes, nor
/// what the machine's openssl.cnf says of it.
OSSL_PROVIDER* load_all() {
  auto* provider = OSSL_PROVIDER_load(OSSL_LIB_CTX_new(), "default");
  ensure(provider != nullptr, "OSSL_PROVIDER_load");
  return provider;
}

/// For the tables, which are the same in every library.
OSSL_PROVIDER* all_algorithms() {
  static OSSL_PROVIDER* const loaded = load_all();
  return loaded;
}

using Algorithms = std::vector<OSSL_ALGORITHM>;

Algorithms few(int operation, bool (*is_wanted)(const OSSL_ALGORITHM&)) {
  Algorithms kept;
  int no_cache = 0;
  const auto* each = OSSL_PROVIDER_query_operation(all_algorithms(), operation, &no_cache);
  for (; each->algorithm_names != nullptr; ++each) {
    if (is_wanted(*each)) kept.push_back(*each);
  }
  kept.push_back({nullptr, nullptr, nullptr, nullptr});
  return kept;
}

/// OpenSSL's, but for one that is done by `quick`.
Algorithms but_quick(Algorithms all, std::string_view name, const OSSL_DISPATCH* quick) {
  for (auto& each : all) {
    if (each.algorithm_names != nullptr && name_of(each) == name) each.implementation = quick;
  }
  return all;
}

const OSSL_ALGORITHM* query(void*, int operation, int* no_cache) {
  static const auto digests = few(OSSL_OP_DIGEST, &is_digest_of_tls);
  static const auto ciphers = few(OSSL_OP_CIPHER, &is_cipher_of_tls);
  static const auto codes = few(OSSL_OP_MAC, &is_code_of_tls);
  static const auto derivations = few(OSSL_OP_KDF, &is_derivation_of_tls);
  static const auto keys = few(OSSL_OP_KEYMGMT, &is_key_of_tls);
  static const auto exchanges = few(OSSL_OP_KEYEXCH, &is_exchange_of_tls);
  static const auto signatures = few(OSSL_OP_SIGNATURE, &is_signature_of_tls);
  static const auto decoders = few(OSSL_OP_DECODER, &reads_used_keys);
  static const auto encoders = few(OSSL_OP_ENCODER, &writes_used_keys);
  static const auto quick_derivations =
      but_quick(derivations, "TLS13-KDF", quick_key_derivation(derivations.data()));
  static const auto quick_keys = but_quick(keys, "X25519", quick_key_shares(keys.data()));
  static const auto quick_signers =
      but_quick(signatures, "ED25519", quick_signatures(signatures.data(), keys.data()));
  *no_cache = 0;
  switch (operation) {
    case OSSL_OP_DIGEST:
      return digests.data();
    case OSSL_OP_CIPHER:
      return ciphers.data();
    case OSSL_OP_MAC:
      return codes.data();
    case OSSL_OP_KDF:
      return quick_derivations.data();
    case OSSL_OP_KEYMGMT:
      return quick_keys.data();
    case OSSL_OP_KEYEXCH:
      return exchanges.data();
    case OSSL_OP_SIGNATURE:
      return quick_signers.data();
    case OSSL_OP_DECODER:
      return decoders.data();
    case OSSL_OP_ENCODER:
      return encoders.data();
    default:
      return OSSL_PROVIDER_query_operation(all_algorithms(), operation, no_cache);
  }
}

int capabilities(void*, const char* capability, OSSL_CALLBACK* take, void* argument) {
  return OSSL_PROVIDER_get_capabilities(all_algorithms(), capability, take, argument);
}

/// A provider that has the other's algorithms, which get what they themselves need from there.
int begin_provider(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** functions,
                   void** context) {
  static const OSSL_DISPATCH kFunctions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(&query)},
      {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, reinterpret_cast<void (*)()>(&capabilities)},
      {0, nullptr}};
  *functions = kFunctions;
  *context = OSSL_PROVIDER_get0_provider_ctx(load_all());
  return 1;
}

OSSL_LIB_CTX* make_library() {
  auto* made = OSSL_LIB_CTX_new();
  ensure(OSSL_PROVIDER_add_builtin(made, "small", &begin_provider) == 1, "add_builtin");
  ensure(OSSL_PROVIDER_load(made, "small") != nullptr, "OSSL_PROVIDER_load");
  return made;
}

/// Libraries whose threads have ended, for those to come: what was made in one may outlive the
/// thread, so that none is ever freed.
class Libraries {
 public:
  OSSL_LIB_CTX* take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return make_library();
    auto* library = free_.back();
    free_.pop_back();
    return library;
  }
  void give_back(OSSL_LIB_CTX* library) {
    const std::lock_guard lock(mutex_);
    free_.push_back(library);
  }

 private:
  std::mutex mutex_;
  std::vector<OSSL_LIB_CTX*> free_;
};

Libraries& libraries() {
  static auto* const all = new Libraries;  // threads may end behind main
  return *all;
}

struct Borrowed {
  OSSL_LIB_CTX* library = libraries().take();
  Borrowed() = default;
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  ~Borrowed() { libraries().give_back(library); }
};

}  // namespace

ossl_lib_ctx_st* small_library() {
  thread_local const Borrowed borrowed;
  return borrowed.library;
}

ossl_lib_ctx_st* empty_library() {
  static OSSL_LIB_CTX* const only = [] {
    auto* made = OSSL_LIB_CTX_new();
    ensure(OSSL_PROVIDER_load(made, "null") != nullptr, "OSSL_PROVIDER_load");
    return made;
  }();
  return only;
}

SmallLibraryScope::SmallLibraryScope(bool wanted) {
  if (wanted) outer_ = OSSL_LIB_CTX_set0_default(small_library());
}

SmallLibraryScope::SmallLibraryScope(ossl_lib_ctx_st* library)
    : outer_(OSSL_LIB_CTX_set0_default(library)) {}

SmallLibraryScope::~SmallLibraryScope() {
  if (outer_ != nullptr) OSSL_LIB_CTX_set0_default(outer_);
}

}  // namespace misproxy
