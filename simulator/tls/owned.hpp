#pragma once

#include <memory>

namespace misproxy {

/// An object of OpenSSL's that its own function frees.
template <class T, void (*kFree)(T*)>
struct OwnedFreer {
  void operator()(T* object) const { kFree(object); }
};
template <class T, void (*kFree)(T*)>
using Owned = std::unique_ptr<T, OwnedFreer<T, kFree>>;

}  // namespace misproxy
