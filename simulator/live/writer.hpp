#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace misproxy::live {

/// Writes what is recorded, piece after piece, and lets nobody wait for whoever reads it. From any
/// thread.
///
///     put ──> a regular file: written before it returns, so that it stays however misproxy ends
///     put ──> queue ──> thread ──> a pipe, a socket, a terminal
///
/// Every piece is taken. Where too much is queued, `is_behind` says so, and who records has to stop
/// for a while, or to leave out. Of a piece that could not be written whole nothing stays in a
/// regular file.
class Writer {
 public:
  /// Bytes queued of one owner, and of all together, from which they are behind.
  static constexpr std::size_t kMostOfOne = 256 * 1024;
  static constexpr std::size_t kMost = 4 * 1024 * 1024;

  /// Whose a piece is: a scenario, and one of its connections.
  using Owner = std::pair<std::string, std::int64_t>;

  /// To a descriptor, which is closed at the end.
  static std::unique_ptr<Writer> to(int fd);
  /// The same, but what comes within a moment is written at once: for talk, of which the last
  /// moment may be lost where misproxy is killed.
  static std::unique_ptr<Writer> gathering(int fd);
  /// To a FIFO, which is opened as soon as somebody reads it.
  static std::unique_ptr<Writer> to_fifo(std::string path);

  virtual ~Writer() = default;

  /// `events`: how many the piece has, for `lost`.
  virtual void put(std::string_view piece, const Owner& owner, std::uint64_t events = 1) = 0;

  virtual bool is_behind(const Owner& owner) const = 0;
  /// Puts it, but where its owner is behind: then it is not taken.
  virtual bool offer(std::string_view piece, const Owner& owner) {
    if (is_behind(owner)) return false;
    put(piece, owner);
    return true;
  }
  /// Calls once this owner is no longer behind, at once or from another thread; not again into the
  /// writer, and not once it has finished.
  virtual void await_room(const Owner& owner, std::function<void()> call) = 0;

  /// Calls once the piece that was put last is written, or cannot be; at once or from another
  /// thread; not again into the writer, and not once it has finished.
  virtual void when_written(std::function<void(bool is_whole)> call) = 0;

  /// Why a piece could not be written, an errno: it and all behind it are missing. 0: all is well.
  virtual int error() const = 0;
  /// Nothing comes any more. Waits for nothing; a pipe is closed once all is written.
  virtual void end() = 0;
  /// The same, and waits until all is written, or until misproxy may wait no longer
  /// (live/farewell.hpp).
  virtual void finish() = 0;
  /// The same, and waits so long, whoever has asked misproxy to end.
  virtual void finish_within(std::chrono::milliseconds time) = 0;
  /// Events that were put and are not written, or not whole. Once finished.
  virtual std::uint64_t lost() const = 0;
};

}  // namespace misproxy::live
