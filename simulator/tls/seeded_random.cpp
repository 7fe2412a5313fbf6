// OpenSSL 3 would rather have a provider; a RAND_METHOD reaches every context with a tenth of the
// code.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "tls/seeded_random.hpp"

#include <openssl/rand.h>

#include "core/ensure.hpp"

namespace misproxy {
namespace {

thread_local constinit RandomStream* current = nullptr;

int scope_bytes(unsigned char* out, int count) {
  if (current == nullptr) return RAND_OpenSSL()->bytes(out, count);
  current->fill({reinterpret_cast<char*>(out), static_cast<std::size_t>(count)});
  return 1;
}

int scope_status() { return current == nullptr ? RAND_OpenSSL()->status() : 1; }

/// What is mixed in goes to OpenSSL's own generator; a stream depends on its key alone.
int mix_in(const void* bytes, int count) { return RAND_OpenSSL()->seed(bytes, count); }
int mix_in_more(const void* bytes, int count, double entropy) {
  return RAND_OpenSSL()->add(bytes, count, entropy);
}

constexpr RAND_METHOD kMethod{mix_in, scope_bytes, nullptr, mix_in_more, scope_bytes, scope_status};

}  // namespace

void RandomStream::fill(std::span<char> out) {
  bytes_.fill(drawn_, out);
  drawn_ += out.size();
}

void install_seeded_random() {
  static const bool installed = RAND_set_rand_method(&kMethod) == 1;
  ensure(installed, "RAND_set_rand_method");
}

RandomScope::RandomScope(RandomStream& stream) : outer_(current) {
  install_seeded_random();
  current = &stream;
}

RandomScope::~RandomScope() { current = outer_; }

}  // namespace misproxy
