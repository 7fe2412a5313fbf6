#include "live/alarm.hpp"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <utility>

namespace misproxy::live {

using Clock = Alarm::Clock;

/// The alarms of one io_context, in the order of their times.
///
///     alarms ──the first──> one timer of the kernel's ──> calls, in their order
///
/// The timer is moved where an earlier time comes. Where one is given up it is not: it runs out,
/// finds nothing due, and waits for the next.
class Alarms final : public boost::asio::execution_context::service {
 public:
  /// A thread is woken so much before a call that is to be exact.
  static constexpr std::chrono::microseconds kLead{150};
  /// Shorter waits are not worth a thread's time.
  static constexpr std::chrono::milliseconds kLong{10};

  using key_type = Alarms;  // as Asio calls it

  explicit Alarms(boost::asio::execution_context& context)
      : service(context), timer_(static_cast<boost::asio::io_context&>(context)) {}

  static Alarms& of(const Executor& executor) {
    boost::asio::execution_context& thread = executor.context();
    return boost::asio::use_service<Alarms>(thread);
  }

  void set(Alarm& alarm, Clock::time_point due, std::chrono::nanoseconds lead,
           std::function<void()> call) {
    alarm.alarms_ = this;
    alarm.due_ = due;
    alarm.nth_ = ++count_;
    alarms_.emplace(Key{due, alarm.nth_}, Set{lead, std::move(call)});
    arm();
  }

  void unset(const Alarm& alarm) {
    const auto found = alarms_.find({alarm.due_, alarm.nth_});
    if (found == alarms_.end()) return;
    const auto gone = alarms_.extract(found);  // what it holds may come back here
    if (alarms_.empty()) arm();
  }

 private:
  using Key = std::pair<Clock::time_point, std::uint64_t>;
  struct Set {
    std::chrono::nanoseconds lead;
    std::function<void()> call;
  };

  /// Of the first.
  Clock::time_point wake() const {
    return alarms_.begin()->first.first - alarms_.begin()->second.lead;
  }

  /// A timer that nobody waits for would keep the thread from its end.
  void arm() {
    if (firing_) return;
    if (alarms_.empty()) {
      if (std::exchange(armed_, std::nullopt)) timer_.cancel();
      return;
    }
    if (armed_ && *armed_ <= wake()) return;
    armed_ = wake();
    timer_.expires_at(*armed_);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) fire();
    });
  }

  /// Those whose time has come by now. What they set comes later, however soon: everything else
  /// that is at hand goes before it.
  void fire() {
    armed_.reset();
    firing_ = true;
    const auto last = count_;
    const auto began = Clock::now();
    while (!alarms_.empty() && wake() <= began && alarms_.begin()->first.second <= last) {
      const auto due = alarms_.extract(alarms_.begin());
      while (Clock::now() < due.key().first) {
      }
      due.mapped().call();
    }
    firing_ = false;
    arm();
  }

  void shutdown() override {
    const auto all = std::exchange(alarms_, {});
    timer_.cancel();
  }

  boost::asio::steady_timer timer_;
  std::map<Key, Set> alarms_;
  std::uint64_t count_ = 0;
  std::optional<Clock::time_point> armed_;
  bool firing_ = false;
};

void Alarm::at(const Executor& executor, Clock::time_point due, std::function<void()> call) {
  cancel();
  Alarms::of(executor).set(*this, due, {}, std::move(call));
}

void Alarm::after(const Executor& executor, std::chrono::nanoseconds wait,
                  std::function<void()> call) {
  at(executor, Clock::now() + wait, std::move(call));
}

void Alarm::exactly_at(const Executor& executor, Clock::time_point due,
                       std::function<void()> call) {
  cancel();
  const std::chrono::nanoseconds lead =
      due - Clock::now() < Alarms::kLong ? std::chrono::microseconds{0} : Alarms::kLead;
  Alarms::of(executor).set(*this, due, lead, std::move(call));
}

void Alarm::cancel() {
  if (auto* const alarms = std::exchange(alarms_, nullptr)) alarms->unset(*this);
}

}  // namespace misproxy::live
