#pragma once

#include "live/writer.hpp"

namespace misproxy::live {

/// Writes on a thread of its own, to what may let a writer wait: a pipe, a socket, a terminal; or
/// to anything, what comes within a moment at once.
class QueueWriter final : public Writer {
 public:
  /// Takes over the descriptor; -1: opens the FIFO as soon as somebody reads it. `moment`: how long
  /// it waits for more, once there is something.
  QueueWriter(int fd, std::string fifo, std::chrono::milliseconds moment = {});
  ~QueueWriter() override;
  QueueWriter(const QueueWriter&) = delete;
  QueueWriter& operator=(const QueueWriter&) = delete;

  void put(std::string_view piece, const Owner& owner, std::uint64_t events) override;
  bool is_behind(const Owner& owner) const override;
  bool offer(std::string_view piece, const Owner& owner) override;
  void await_room(const Owner& owner, std::function<void()> call) override;
  void when_written(std::function<void(bool)> call) override;
  int error() const override;
  void end() override;
  void finish() override;
  void finish_within(std::chrono::milliseconds time) override;
  std::uint64_t lost() const override;

 private:
  class Queue;
  std::shared_ptr<Queue> queue_;  // the thread's too: a write that hangs must not hold up the end
};

}  // namespace misproxy::live
