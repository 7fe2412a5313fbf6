// A test in C++ that opens a proxy, says so, and waits for ever.

#include <unistd.h>

#include <cstdio>
#include <misproxy/proxy.hpp>

int main() {
  const misproxy::fixture::Proxy proxy;
  std::puts("ready");
  std::fflush(stdout);
  ::pause();
}
