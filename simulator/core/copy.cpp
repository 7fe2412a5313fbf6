#include "core/copy.hpp"

#include <algorithm>
#include <cstring>

namespace misproxy {

void copy_in_parts(char* to, const char* from, std::size_t size) {
  constexpr std::size_t kPart = 2048;
  while (size > 0) {
    auto part = std::min(size, kPart);
    asm("" : "+r"(part));  // of a size that it knows the compiler makes a `rep movsq`, no better
    std::memcpy(to, from, part);
    to += part;
    from += part;
    size -= part;
  }
}

void append_in_parts(std::string& to, std::string_view bytes) {
  const auto before = to.size();
  to.resize(before + bytes.size());
  copy_in_parts(to.data() + before, bytes.data(), bytes.size());
}

}  // namespace misproxy
