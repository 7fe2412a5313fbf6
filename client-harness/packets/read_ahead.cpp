#include "packets/read_ahead.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "packets/packet_batch.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kBatches = 4;

}  // namespace

/// The batches in a ring, from the one who fills them to the one who takes them. The first is
/// filled where it is taken: most captures have no second.
struct ReadAhead::Shared {
  explicit Shared(CaptureReader opened) : reader(std::move(opened)) {}
  ~Shared() {
    {
      const std::lock_guard lock(mutex);
      stop = true;
    }
    changed.notify_all();
    if (thread.joinable()) thread.join();
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  PacketBatch& current() { return ring[taken % kBatches]; }

  void next_batch() {
    if (!begun) return first_batch();
    at = 0;
    unread += current().unread();
    if (!thread.joinable()) return next_without_thread();
    std::unique_lock lock(mutex);
    ++taken;
    changed.notify_all();
    changed.wait(lock, [&] { return filled > taken || over; });
    ended = filled == taken;
  }

  void first_batch() {
    begun = true;
    over = !ring[0].fill(reader, held);
    filled = 1;
    try {
      if (!over) thread = std::thread([this] { fill_all(); });
    } catch (const std::system_error&) {
      // The system gives no thread: it goes on without.
    }
  }

  void next_without_thread() {
    ended = over;
    if (!ended) over = !current().fill(reader, held);
  }

  void fill_all() {
    for (bool more = true; more;) {
      std::size_t index = 0;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return filled - taken < kBatches || stop; });
        if (stop) return;
        index = filled % kBatches;
      }
      more = ring[index].fill(reader, held);
      const std::lock_guard lock(mutex);
      ++filled;
      over = !more;
      changed.notify_all();
    }
  }

  CaptureReader reader;  // the thread's, from when it runs until `over`
  HeldFrames held;       // the same
  std::array<PacketBatch, kBatches> ring;
  std::size_t at = 0;  // the next packet of the current batch
  Unread unread;
  bool begun = false;
  bool ended = false;

  std::mutex mutex;  // for what follows
  std::condition_variable changed;
  std::size_t filled = 0;  // batches
  std::size_t taken = 0;   // batches that are done with
  bool over = false;       // all are filled
  bool stop = false;
  std::thread thread;
};

ReadAhead::ReadAhead(CaptureReader reader) : shared_(std::make_unique<Shared>(std::move(reader))) {}
ReadAhead::~ReadAhead() = default;
ReadAhead::ReadAhead(ReadAhead&& other) noexcept = default;

const WirePacket* ReadAhead::next() {
  while (!shared_->ended && shared_->at == shared_->current().packets().size())
    shared_->next_batch();
  return shared_->ended ? nullptr : &shared_->current().packets()[shared_->at++];
}

const Unread& ReadAhead::unread() const { return shared_->unread; }

const std::optional<CaptureError>& ReadAhead::error() const { return shared_->reader.error(); }

}  // namespace misproxy::evidence
