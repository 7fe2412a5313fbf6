#pragma once

#include <cstddef>
#include <memory>

namespace misproxy::live {

/// A pipe through which bytes go from one socket to another without being copied: splice(2).
///
/// A thread has a few that nobody uses, so that an idle tunnel holds none. One that still has bytes
/// is not given back, but freed.
class Pipe {
 public:
  /// What one holds, where the kernel gives as much: it makes them of 64 KiB, and a user who has
  /// very many gets less (pipe(7)).
  static constexpr std::size_t kSize = 256 * 1024;

  /// Nothing where the machine has no descriptors left.
  static std::unique_ptr<Pipe> borrow();
  static void give_back(std::unique_ptr<Pipe> pipe);

  Pipe(int out, int in) : out_(out), in_(in) {}
  ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  /// As read(2) and write(2) say it: how many bytes, 0 at the end, -1 with errno. Never blocks.
  long fill_from(int socket);
  long empty_into(int socket);
  std::size_t held() const { return held_; }

 private:
  int out_;
  int in_;
  std::size_t held_ = 0;
};

}  // namespace misproxy::live
