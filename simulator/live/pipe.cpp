#include "live/pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

namespace misproxy::live {
namespace {

constexpr std::size_t kMostIdle = 16;
constexpr unsigned kHow = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

std::vector<std::unique_ptr<Pipe>>& idle() {
  thread_local std::vector<std::unique_ptr<Pipe>> pipes;
  return pipes;
}

}  // namespace

std::unique_ptr<Pipe> Pipe::borrow() {
  if (!idle().empty()) {
    auto pipe = std::move(idle().back());
    idle().pop_back();
    return pipe;
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return nullptr;
  ::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(kSize));
  return std::make_unique<Pipe>(ends[0], ends[1]);
}

void Pipe::give_back(std::unique_ptr<Pipe> pipe) {
  if (pipe->held_ == 0 && idle().size() < kMostIdle) idle().push_back(std::move(pipe));
}

Pipe::~Pipe() {
  ::close(out_);
  ::close(in_);
}

long Pipe::fill_from(int socket) {
  const auto count = ::splice(socket, nullptr, in_, nullptr, kSize, kHow);
  if (count > 0) held_ += static_cast<std::size_t>(count);
  return count;
}

long Pipe::empty_into(int socket) {
  const auto count = ::splice(out_, nullptr, socket, nullptr, held_, kHow);
  if (count > 0) held_ -= static_cast<std::size_t>(count);
  return count;
}

}  // namespace misproxy::live
