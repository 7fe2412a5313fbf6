#include "core/ensure.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace misproxy {

void ensure(bool holds, std::string_view what) {
  if (holds) return;
  fmt::print(stderr, "misproxy: a bug of its own: {}\n", what);
  std::abort();
}

}  // namespace misproxy
