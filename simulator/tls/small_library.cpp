#include "tls/small_library.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "core/ensure.hpp"

namespace misproxy {
namespace {

/// Where the algorithms live: a library of its own, so that nothing of the process's changes, nor
/// what the machine's openssl.cnf says of it.
OSSL_PROVIDER* all_algorithms() {
  static OSSL_PROVIDER* const loaded = [] {
    auto* provider = OSSL_PROVIDER_load(OSSL_LIB_CTX_new(), "default");
    ensure(provider != nullptr, "OSSL_PROVIDER_load");
    return provider;
  }();
  return loaded;
}

/// Of the virtual world's certificates, and of those that it refuses.
constexpr std::array<std::string_view, 3> kKeys{"ED25519", "RSA", "EC"};

bool is_used(const OSSL_ALGORITHM& coder) {
  const std::string_view names = coder.algorithm_names;
  return std::find(kKeys.begin(), kKeys.end(), names.substr(0, names.find(':'))) != kKeys.end();
}

/// The form in which a certificate has its key (RFC 5280 section 4.1.2.7).
bool is_of_certificates(const OSSL_ALGORITHM& coder) {
  return std::string_view(coder.property_definition).find("structure=SubjectPublicKeyInfo") !=
         std::string_view::npos;
}

bool reads_used_keys(const OSSL_ALGORITHM& decoder) {
  return is_used(decoder) && is_of_certificates(decoder);
}

/// Seeded keys in whatever form.
bool writes_used_keys(const OSSL_ALGORITHM& encoder) {
  return is_used(encoder) && (is_of_certificates(encoder) ||
                              std::string_view(encoder.algorithm_names).starts_with(kKeys[0]));
}

using Coders = std::vector<OSSL_ALGORITHM>;

Coders few(int operation, bool (*is_wanted)(const OSSL_ALGORITHM&)) {
  Coders kept;
  int no_cache = 0;
  const auto* each = OSSL_PROVIDER_query_operation(all_algorithms(), operation, &no_cache);
  for (; each->algorithm_names != nullptr; ++each) {
    if (is_wanted(*each)) kept.push_back(*each);
  }
  kept.push_back({nullptr, nullptr, nullptr, nullptr});
  return kept;
}

const OSSL_ALGORITHM* query(void*, int operation, int* no_cache) {
  static const Coders decoders = few(OSSL_OP_DECODER, &reads_used_keys);
  static const Coders encoders = few(OSSL_OP_ENCODER, &writes_used_keys);
  *no_cache = 0;
  if (operation == OSSL_OP_DECODER) return decoders.data();
  if (operation == OSSL_OP_ENCODER) return encoders.data();
  return OSSL_PROVIDER_query_operation(all_algorithms(), operation, no_cache);
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
  *context = OSSL_PROVIDER_get0_provider_ctx(all_algorithms());
  return 1;
}

}  // namespace

ossl_lib_ctx_st* small_library() {
  static OSSL_LIB_CTX* const only = [] {
    auto* made = OSSL_LIB_CTX_new();
    ensure(OSSL_PROVIDER_add_builtin(made, "small", &begin_provider) == 1, "add_builtin");
    ensure(OSSL_PROVIDER_load(made, "small") != nullptr, "OSSL_PROVIDER_load");
    return made;
  }();
  return only;
}

SmallLibraryScope::SmallLibraryScope(bool wanted) {
  if (wanted) outer_ = OSSL_LIB_CTX_set0_default(small_library());
}

SmallLibraryScope::~SmallLibraryScope() {
  if (outer_ != nullptr) OSSL_LIB_CTX_set0_default(outer_);
}

}  // namespace misproxy
