#include "core/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace misproxy {

void ensure(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "misproxy: a bug of its own: %.*s\n", static_cast<int>(what.size()),
               what.data());
  std::abort();
}

}  // namespace misproxy
