// When bytes came is when the kernel had them, however late they are read.

#include "live/arrival.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "live/connection.hpp"

namespace misproxy::test {
namespace {

using boost::asio::ip::tcp;
using live::Alarm;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

/// What a clock may be slewed by meanwhile, and more.
constexpr milliseconds kSlew{1};

/// Two ends of a connection over loopback, of which one has its arrivals stamped.
struct Stamped {
  explicit Stamped(boost::asio::io_context& context) : far(context), near(context) {
    tcp::acceptor acceptor(context);
    acceptor.open(tcp::v4());
    live::stamp_arrivals(acceptor.native_handle());
    acceptor.bind({boost::asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
    far.connect(acceptor.local_endpoint());
    acceptor.accept(near);
    far.set_option(tcp::no_delay(true));
  }

  /// The kernel begins to stamp a little after the first socket asks for it.
  void await_stamps() {
    for (int i = 0; i < 100'000; ++i) {
      boost::asio::write(far, boost::asio::buffer("?", 1));
      near.wait(tcp::socket::wait_read);
      std::array<char, 1> byte{};
      alignas(cmsghdr) std::array<char, 64> told{};
      iovec place{byte.data(), byte.size()};
      msghdr message{};
      message.msg_iov = &place;
      message.msg_iovlen = 1;
      message.msg_control = told.data();
      message.msg_controllen = told.size();
      ASSERT_EQ(::recvmsg(near.native_handle(), &message, 0), 1);
      if (CMSG_FIRSTHDR(&message) != nullptr) return;
    }
    FAIL() << "the kernel stamps nothing";
  }

  tcp::socket far;
  live::Socket near;
};

/// Time passes, and nothing of what is tested looks at the socket.
void let_pass(milliseconds time) {
  boost::asio::io_context clock;
  boost::asio::steady_timer timer(clock, time);
  timer.wait();
}

/// Keeps what it is told, and when; and may do something about it.
class Listening final : public Session {
 public:
  struct Heard {
    std::string what;
    Instant at;
  };
  using React = std::function<void(const Event&, ActionList&)>;

  Listening(std::vector<Heard>& heard, React react) : heard_(heard), react_(std::move(react)) {}

  void step(const Event& event, Instant now, ActionList& actions) override {
    if (const auto* received = std::get_if<Received>(&event))
      heard_.push_back({std::string(received->bytes), now});
    if (std::holds_alternative<Fired>(event)) heard_.push_back({"fired", now});
    if (react_) react_(event, actions);
  }

 private:
  std::vector<Heard>& heard_;
  React react_;
};

class StampingHost final : public live::Host {
 public:
  Instant now() const override { return Clock::now().time_since_epoch(); }
  void record(TraceLine&&) override {}
  std::int64_t count_attempt(const std::string&) override { return 1; }
  std::unique_ptr<Session> origin_session(const Open&, ConnectionFacts) override { return nullptr; }
  void connection_over(std::int64_t) override {}
  bool stamps_arrivals() const override { return true; }
};

/// A connection whose session listens to one client.
struct Scene {
  explicit Scene(Listening::React react = {}) : ends(context) {
    ends.await_stamps();
    const auto peer = ends.near.remote_endpoint();
    connection = std::make_shared<live::Connection>(
        std::move(ends.near), peer, host, 1, std::make_unique<Listening>(heard, std::move(react)),
        Party::proxy);
    connection->start();
  }

  void say(std::string_view bytes) { boost::asio::write(ends.far, boost::asio::buffer(bytes)); }
  void run_until_heard(std::size_t count) {
    while (heard.size() < count)
      ASSERT_EQ(context.run_one_for(seconds{10}), 1U);
  }

  boost::asio::io_context context{1};
  Stamped ends;
  StampingHost host;
  std::vector<Listening::Heard> heard;
  std::shared_ptr<live::Connection> connection;
};

TEST(Arrivals, AStampThatCannotBeTrueIsNone) {
  const nanoseconds now = seconds{1'800'000'000};
  EXPECT_EQ(live::age_of(now - microseconds{300}, now), microseconds{300});
  EXPECT_EQ(live::age_of(now, now), nanoseconds{0});
  EXPECT_EQ(live::age_of(now + nanoseconds{1}, now), nanoseconds{0});
  EXPECT_EQ(live::age_of(now + seconds{3600}, now), nanoseconds{0});
  EXPECT_EQ(live::age_of(now - seconds{3600}, now), nanoseconds{0});
  EXPECT_EQ(live::age_of(nanoseconds{0}, now), nanoseconds{0});
}

TEST(Arrivals, AreWhenTheKernelHadTheBytesAndNotWhenTheyAreRead) {
  boost::asio::io_context context;
  Stamped ends(context);
  ends.await_stamps();
  std::array<char, 16> room{};
  EXPECT_EQ(live::read_stamped(ends.near.native_handle(), room).count, -1);  // nothing yet
  const auto before = Clock::now();
  boost::asio::write(ends.far, boost::asio::buffer("abc", 3));
  const auto after = Clock::now();
  let_pass(milliseconds{20});
  const auto read = live::read_stamped(ends.near.native_handle(), room);
  EXPECT_EQ(read.count, 3);
  ASSERT_TRUE(read.arrived.has_value());
  EXPECT_GE(*read.arrived, before - kSlew);
  EXPECT_LE(*read.arrived, after + kSlew);
}

TEST(Arrivals, ASessionIsToldOfBytesAsOfWhenTheyCame) {
  Scene scene;
  const auto before = scene.host.now();
  scene.say("late");
  const auto after = scene.host.now();
  let_pass(milliseconds{20});
  scene.run_until_heard(1);
  EXPECT_GE(scene.heard.at(0).at, before - kSlew);
  EXPECT_LE(scene.heard.at(0).at, after + kSlew);
}

TEST(Arrivals, ATimeNeverRunsBackwards) {
  Scene scene;
  scene.say("a");
  scene.run_until_heard(1);
  scene.say("b");
  let_pass(milliseconds{20});
  scene.connection->drained();  // which is told as of now
  const auto told = scene.host.now();
  scene.run_until_heard(2);
  EXPECT_GE(scene.heard.at(1).at, scene.heard.at(0).at);
  EXPECT_GE(scene.heard.at(1).at, told - kSlew);
}

/// A timer that the bytes start is due before one that was set for a time at which they had not
/// been read yet.
TEST(Arrivals, ATimerRunsFromThem) {
  constexpr milliseconds kAfter{40};
  Scene scene([&](const Event& event, ActionList& actions) {
    if (std::holds_alternative<Received>(event))
      actions.emplace_back(StartTimer{Timer::work, kAfter});
  });
  scene.say("start");
  let_pass(kAfter);
  Alarm other;
  other.at(scene.context.get_executor(), Clock::now() + kAfter / 2, [&] {
    scene.heard.push_back({"other", {}});
  });
  scene.run_until_heard(3);
  EXPECT_EQ(scene.heard.at(1).what, "fired");
  EXPECT_EQ(scene.heard.at(2).what, "other");
  EXPECT_GE(scene.heard.at(1).at, scene.heard.at(0).at + kAfter);
}

}  // namespace
}  // namespace misproxy::test
