#pragma once

#include <mutex>

#include "live/writer.hpp"

namespace misproxy::live {

/// Writes at once, to what lets nobody wait: a regular file, `/dev/null`.
class FileWriter final : public Writer {
 public:
  /// Takes over the descriptor.
  explicit FileWriter(int fd) : fd_(fd) {}
  ~FileWriter() override;
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  void put(std::string_view piece, const Owner& owner, std::uint64_t events) override;
  bool is_behind(const Owner&) const override { return false; }
  void await_room(const Owner&, std::function<void()> call) override { call(); }
  void when_written(std::function<void(bool)> call) override { call(error() == 0); }
  int error() const override;
  void end() override {}
  void finish() override {}
  void finish_within(std::chrono::milliseconds) override {}
  std::uint64_t lost() const override;

 private:
  int fd_;
  mutable std::mutex mutex_;  // guards what follows, and keeps pieces whole
  int error_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace misproxy::live
