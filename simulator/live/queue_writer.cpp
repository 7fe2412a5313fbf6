#include "live/queue_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "live/farewell.hpp"
#include "live/file_writer.hpp"
#include "live/files.hpp"

namespace misproxy::live {
namespace {

/// As much as a pipe takes without letting wait where poll says that it has room: nobody may make
/// a descriptor non-blocking that other processes share.
constexpr std::size_t kAtOnce = PIPE_BUF;
/// Of what lets nobody wait.
constexpr std::size_t kMuchAtOnce = 64 * 1024;
constexpr std::chrono::milliseconds kMoment{5};
constexpr std::size_t kJoined = 16 * 1024;

}  // namespace

class QueueWriter::Queue {
 public:
  Queue(int fd, std::string fifo, std::chrono::milliseconds moment)
      : fd_(fd),
        fifo_(std::move(fifo)),
        moment_(moment),
        at_once_(fd < 0 || may_wait(fd) ? kAtOnce : kMuchAtOnce) {}
  ~Queue() { close(); }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  void put(std::string_view bytes, const Owner& owner, std::uint64_t events) {
    const std::lock_guard lock(mutex_);
    add(bytes, owner, events);
  }

  bool offer(std::string_view bytes, const Owner& owner) {
    const std::lock_guard lock(mutex_);
    if (is_behind(joins_last(owner) ? pieces_.back().share : shares_.find(owner))) return false;
    add(bytes, owner, 1);
    return true;
  }

  bool is_behind(const Owner& owner) const {
    const std::lock_guard lock(mutex_);
    return is_behind(shares_.find(owner));
  }

  void await_room(const Owner& owner, std::function<void()> call) {
    {
      const std::lock_guard lock(mutex_);
      if (is_behind(shares_.find(owner))) {
        shares_[owner].waiting.push_back(std::move(call));
        return;
      }
    }
    call();
  }

  void when_written(std::function<void(bool)> call) {
    {
      const std::lock_guard lock(mutex_);
      if (!pieces_.empty()) {
        pieces_.back().done = std::move(call);
        changed_.notify_all();
        return;
      }
    }
    call(error() == 0);
  }

  void end() {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
    changed_.notify_all();
  }

  void finish(const std::function<bool()>& is_late) {
    end();
    std::unique_lock lock(mutex_);
    while (!is_over_ && !is_late())
      changed_.wait_for(lock, kFarewellCheck);
    if (!is_over_) give_up(ECANCELED);
  }

  int error() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }
  std::uint64_t lost() const {
    const std::lock_guard lock(mutex_);
    return lost_;
  }

  /// The thread's work, until the end.
  void work() {
    int error = open();
    while (error == 0) {
      const auto bytes = next();
      if (bytes.empty()) break;
      error = write(bytes);
    }
    close();
    const std::lock_guard lock(mutex_);
    if (error != 0 && !is_over_) give_up(error);
  }

 private:
  /// What one owner has in the queue.
  struct Share {
    std::size_t queued = 0;
    std::vector<std::function<void()>> waiting;
  };
  using Shares = std::map<Owner, Share>;

  struct Piece {
    std::string bytes;
    Shares::iterator share;
    std::uint64_t events = 0;
    std::function<void(bool)> done = nullptr;
  };

  void add(std::string_view bytes, const Owner& owner, std::uint64_t events) {
    if (is_over_) {
      lost_ += events;
      return;
    }
    const bool is_first = pieces_.empty();
    if (!joins_last(owner)) {
      pieces_.push_back({{}, shares_.try_emplace(owner).first, 0});
      add_cost(sizeof(Piece));
    }
    pieces_.back().bytes += bytes;
    pieces_.back().events += events;
    add_cost(bytes.size());
    was_full_ = was_full_ || queued_ > kMost;
    if (is_first || queued_ > kMuchAtOnce) changed_.notify_all();
  }

  static std::size_t cost(const Piece& piece) { return piece.bytes.size() + sizeof(Piece); }

  /// Lines that are gathered need no place each.
  bool joins_last(const Owner& owner) const {
    if (moment_.count() == 0 || pieces_.empty()) return false;
    const auto& last = pieces_.back();
    return !last.done && last.bytes.size() < kJoined && last.share->first == owner;
  }

  /// Of the last piece.
  void add_cost(std::size_t bytes) {
    pieces_.back().share->second.queued += bytes;
    queued_ += bytes;
  }

  bool is_behind(Shares::const_iterator share) const {
    if (is_over_) return false;
    return queued_ > kMost || (share != shares_.end() && share->second.queued > kMostOfOne);
  }

  bool is_over() const {
    const std::lock_guard lock(mutex_);
    return is_over_;
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  /// 0, or an errno.
  int open() {
    while (fd_ < 0 && !is_over()) {
      const int fd = ::open(fifo_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
      if (fd >= 0) fd_ = fd;
      if (fd < 0 && errno != ENXIO) return errno;
      std::unique_lock lock(mutex_);
      if (fd < 0 && is_ended_ && pieces_.empty()) return ECANCELED;
      if (fd < 0) changed_.wait_for(lock, kFarewellCheck, [this] { return is_over_; });
    }
    return 0;
  }

  /// A copy of what comes next, as pieces that are put meanwhile may move it. Empty: no more will.
  std::string next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !pieces_.empty() || is_ended_ || is_over_; });
    if (moment_.count() > 0) gather(lock);
    std::string bytes;
    if (is_over_ || pieces_.empty()) {
      is_over_ = true;
      changed_.notify_all();
      return bytes;
    }
    auto from = written_;
    for (const auto& piece : pieces_) {
      bytes += std::string_view(piece.bytes).substr(from, at_once_ - bytes.size());
      if (bytes.size() == at_once_) break;
      from = 0;
    }
    return bytes;
  }

  /// No longer where somebody waits for what came last.
  void gather(std::unique_lock<std::mutex>& lock) {
    changed_.wait_for(lock, moment_, [this] {
      const bool is_awaited = !pieces_.empty() && pieces_.back().done;
      return is_awaited || queued_ > kMuchAtOnce || is_ended_ || is_over_;
    });
  }

  /// 0, or an errno.
  int write(std::string_view bytes) {
    while (!bytes.empty()) {
      pollfd asked{fd_, POLLOUT, 0};
      while (::poll(&asked, 1, static_cast<int>(kFarewellCheck.count())) <= 0) {
        if (is_over()) return ECANCELED;
      }
      const auto count = write_once(fd_, bytes);
      if (count < 0 && errno != EAGAIN) return errno;
      if (count <= 0) continue;
      bytes.remove_prefix(static_cast<std::size_t>(count));
      take(static_cast<std::size_t>(count));
    }
    return 0;
  }

  /// So many bytes are written.
  void take(std::size_t count) {
    const std::lock_guard lock(mutex_);
    if (is_over_) return;
    written_ += count;
    while (!pieces_.empty() && written_ >= pieces_.front().bytes.size()) {
      auto& piece = pieces_.front();
      written_ -= piece.bytes.size();
      queued_ -= cost(piece);
      const auto share = piece.share;
      if (piece.done) piece.done(true);
      share->second.queued -= cost(piece);
      pieces_.pop_front();
      if (queued_ <= kMost && share->second.queued <= kMostOfOne / 2) call(share->second);
      if (share->second.queued == 0 && share->second.waiting.empty()) shares_.erase(share);
    }
    if (was_full_ && queued_ <= kMost / 2) call_all();
  }

  /// Under the lock, so that nobody is called once it is over.
  static void call(Share& share) {
    for (auto& each : std::exchange(share.waiting, {}))
      each();
  }

  /// Those that waited only because all were behind have nothing queued that would call them.
  void call_all() {
    was_full_ = false;
    for (auto each = shares_.begin(); each != shares_.end();) {
      if (each->second.queued <= kMostOfOne) call(each->second);
      const bool is_gone = each->second.queued == 0 && each->second.waiting.empty();
      each = is_gone ? shares_.erase(each) : std::next(each);
    }
  }

  void give_up(int error) {
    is_over_ = true;
    for (const auto& piece : pieces_) {
      lost_ += piece.events;
      if (piece.done && error != ECANCELED) piece.done(false);
    }
    if (lost_ > 0 || error != ECANCELED) error_ = error;
    pieces_.clear();
    if (!is_ended_) {
      for (auto& [owner, share] : shares_)
        call(share);
    }
    shares_.clear();
    changed_.notify_all();
  }

  int fd_;  // the thread's
  const std::string fifo_;
  const std::chrono::milliseconds moment_;
  const std::size_t at_once_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Piece> pieces_;
  std::size_t written_ = 0;  // bytes of the first
  std::size_t queued_ = 0;
  bool was_full_ = false;  // and not half empty since
  Shares shares_;
  bool is_ended_ = false;  // nothing more comes
  bool is_over_ = false;   // nothing more is written
  int error_ = 0;
  std::uint64_t lost_ = 0;
};

QueueWriter::QueueWriter(int fd, std::string fifo, std::chrono::milliseconds moment)
    : queue_(std::make_shared<Queue>(fd, std::move(fifo), moment)) {
  std::thread([queue = queue_] { queue->work(); }).detach();
}

QueueWriter::~QueueWriter() { QueueWriter::finish(); }

void QueueWriter::put(std::string_view piece, const Owner& owner, std::uint64_t events) {
  queue_->put(piece, owner, events);
}
bool QueueWriter::is_behind(const Owner& owner) const { return queue_->is_behind(owner); }
bool QueueWriter::offer(std::string_view piece, const Owner& owner) {
  return queue_->offer(piece, owner);
}
void QueueWriter::await_room(const Owner& owner, std::function<void()> call) {
  queue_->await_room(owner, std::move(call));
}
void QueueWriter::when_written(std::function<void(bool)> call) {
  queue_->when_written(std::move(call));
}
int QueueWriter::error() const { return queue_->error(); }
void QueueWriter::end() { queue_->end(); }
void QueueWriter::finish() { queue_->finish(farewell_is_over); }
void QueueWriter::finish_within(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  queue_->finish([until] { return std::chrono::steady_clock::now() >= until; });
}
std::uint64_t QueueWriter::lost() const { return queue_->lost(); }

std::unique_ptr<Writer> Writer::to(int fd) {
  if (may_wait(fd)) return std::make_unique<QueueWriter>(fd, "");
  return std::make_unique<FileWriter>(fd);
}

std::unique_ptr<Writer> Writer::gathering(int fd) {
  return std::make_unique<QueueWriter>(fd, "", kMoment);
}

std::unique_ptr<Writer> Writer::to_fifo(std::string path) {
  return std::make_unique<QueueWriter>(-1, std::move(path));
}

}  // namespace misproxy::live
