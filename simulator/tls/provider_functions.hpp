#pragma once

#include <openssl/core_dispatch.h>

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/ensure.hpp"

namespace misproxy {

/// An algorithm of a provider's, as its table of numbered functions (provider-base(7)).
using Functions = std::vector<OSSL_DISPATCH>;

inline Functions functions_of(const OSSL_ALGORITHM& algorithm) {
  Functions all;
  for (const auto* each = algorithm.implementation; each->function_id != 0; ++each)
    all.push_back(*each);
  all.push_back({0, nullptr});
  return all;
}

/// Number `id` of them, in the type that OpenSSL has for it: `function<OSSL_FUNC_x_fn>(all, id)`.
template <class Type>
Type* function(const Functions& all, int id) {
  const auto found = std::find_if(
      all.begin(), all.end(), [id](const OSSL_DISPATCH& each) { return each.function_id == id; });
  ensure(found != all.end(), "a provider's function");
  return reinterpret_cast<Type*>(found->function);
}

/// A function of ours, which has to be of the type that OpenSSL has for number `id`.
template <class Type>
OSSL_DISPATCH numbered(int id, std::type_identity_t<Type>* function) {
  return {id, reinterpret_cast<void (*)()>(function)};
}

/// The first of an algorithm's names: `ED25519` of `ED25519:1.3.101.112`.
inline std::string_view name_of(const OSSL_ALGORITHM& algorithm) {
  const std::string_view names = algorithm.algorithm_names;
  return names.substr(0, names.find(':'));
}

inline const OSSL_ALGORITHM& algorithm(const OSSL_ALGORITHM* table, std::string_view name) {
  while (table->algorithm_names != nullptr && name_of(*table) != name)
    ++table;
  ensure(table->algorithm_names != nullptr, "a provider's algorithm");
  return *table;
}

}  // namespace misproxy
