#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

namespace misproxy::bench {

/// A process of the benchmark's own, which ends with it or by `stop`.
class Child {
 public:
  /// Runs `work` in it, which ends by being killed.
  explicit Child(const std::function<void()>& work);
  explicit Child(pid_t process) : process_(process) {}
  ~Child() { stop(); }
  Child(Child&& other) noexcept : process_(other.process_) { other.process_ = 0; }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child& operator=(Child&&) = delete;

  pid_t process() const { return process_; }
  void stop();

 private:
  pid_t process_;
};

/// The origin that real upstreams lead to. A connection says in nine bytes what it wants, a letter
/// and a number (eight bytes, least significant first): `D` so many bytes down, `U` takes so many
/// and answers one, `B` both at once, `E` sends back what comes in pieces of that size.
struct BenchOrigin {
  BenchOrigin();
  std::uint16_t port = 0;
  Child child;

 private:
  Child begin();
};

/// What such a connection says first.
std::string wish(char what, std::uint64_t number);

}  // namespace misproxy::bench
