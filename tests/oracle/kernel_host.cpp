#include "oracle/kernel_host.hpp"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "capture/ip_bytes.hpp"
#include "packets/ip_packet.hpp"
#include "support/frames.hpp"

namespace misproxy::oracle {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// A descriptor that is closed with it.
class Handle {
 public:
  explicit Handle(int number = -1) : number_(number) {}
  Handle(Handle&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close(); }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  int get() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

Handle open_tun() {
  Handle tun(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!tun.open()) fail("/dev/net/tun");
  ifreq request{};
  std::strncpy(request.ifr_name, "tun0", IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (::ioctl(tun.get(), TUNSETIFF, &request) != 0) fail("tun0");
  return tun;
}

void set_sysctl(const char* name, std::int64_t value) {
  std::ofstream file(fmt::format("/proc/sys/net/ipv4/{}", name));
  file << value << std::flush;
  if (!file) fail(name);
}

void set_kernel(const Situation& situation) {
  const auto& tcp = situation.tcp;
  set_sysctl("tcp_sack", tcp.sack ? 1 : 0);
  set_sysctl("tcp_timestamps", tcp.timestamps ? 1 : 0);
  set_sysctl("tcp_window_scaling", tcp.window_scaling ? 1 : 0);
  set_sysctl("tcp_mtu_probing", situation.mtu_probing ? 1 : 0);
  set_sysctl("tcp_retries2", tcp.retries2);
  set_sysctl("tcp_syn_retries", tcp.syn_retries);
  const auto route =
      fmt::format("ip route replace 10.99.0.2/32 dev tun0 initcwnd {}", tcp.initial_window);
  if (std::system(route.c_str()) != 0) fail(route);
}

sockaddr_in address(Ipv4 host, std::uint16_t port) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(host);
  place.sin_port = htons(port);
  return place;
}

void set_option(int socket, int level, int option, int value) {
  if (::setsockopt(socket, level, option, &value, sizeof value) != 0) fail("setsockopt");
}

int seconds(Milliseconds time) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

Handle make_socket(const TcpSettings& tcp) {
  Handle made(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.open()) fail("socket");
  set_option(made.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(made.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  constexpr std::string_view cubic = "cubic";
  if (::setsockopt(made.get(), IPPROTO_TCP, TCP_CONGESTION, cubic.data(), cubic.size()) != 0)
    fail("cubic");
  set_option(made.get(), SOL_SOCKET, SO_SNDBUF, 1 << 20);  // else a full buffer sets PSH
  if (tcp.user_timeout_ms)
    set_option(made.get(), IPPROTO_TCP, TCP_USER_TIMEOUT,
               static_cast<int>(tcp.user_timeout_ms->count()));
  if (!tcp.keepalive) return made;
  set_option(made.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(made.get(), IPPROTO_TCP, TCP_KEEPIDLE, seconds(tcp.keepalive_time_ms));
  set_option(made.get(), IPPROTO_TCP, TCP_KEEPINTVL, seconds(tcp.keepalive_interval_ms));
  set_option(made.get(), IPPROTO_TCP, TCP_KEEPCNT, static_cast<int>(tcp.keepalive_probes));
  return made;
}

/// The application, its socket, and the other end of the device.
class KernelHost {
 public:
  explicit KernelHost(const Situation& situation)
      : situation_(situation), peer_(situation), tun_(open_tun()) {
    set_kernel(situation);
    socket_ = make_socket(situation.tcp);
    const auto own = address(kHost, situation.active ? 0 : kHostPort);
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
      fail("bind");
  }

  Played play() {
    begin();
    while (true) {
      hear();
      serve_socket();
      if (next_ < situation_.steps.size() && due() <= now()) {
        perform(situation_.steps[next_]);
        continue;
      }
      if (next_ == situation_.steps.size() && now() > due()) break;
      wait();
    }
    return {std::move(peer_.answers()), std::move(told_)};
  }

 private:
  static Duration clock() {
    return std::chrono::duration_cast<Duration>(
        std::chrono::steady_clock::now().time_since_epoch());
  }
  Duration now() const { return clock() - zero_; }
  Duration due() const {
    return late_ + (next_ < situation_.steps.size() ? situation_.steps[next_].at : situation_.end);
  }

  void begin() {
    zero_ = clock() + (situation_.handshake ? situation_.round_trip : Duration{});
    if (situation_.active) {
      const auto there = address(kPeer, kPeerPort);
      ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there);
      connection_ = std::move(socket_);
    } else if (::listen(socket_.get(), 4) != 0) {
      fail("listen");
    }
    if (!situation_.handshake) return;
    if (!situation_.active) give(peer_.opening(now()));
    while (now() < Duration{}) {
      hear();
      pause_for(-now());
    }
    zero_ = clock();
    give(situation_.active ? peer_.opening(now()) : peer_.closing_handshake(now()));
  }

  void give(const Packet& packet) {
    const auto bytes = ip_packet(packet);
    if (::write(tun_.get(), bytes.data(), bytes.size()) < 0) fail("write to tun0");
  }

  void hear() {
    std::array<char, 65'536> bytes;
    while (true) {
      const auto size = ::read(tun_.get(), bytes.data(), bytes.size());
      if (size <= 0) return;
      evidence::WirePacket packet;
      std::string qname;
      const std::string_view view(bytes.data(), static_cast<std::size_t>(size));
      evidence::read_ip_packet(view, view.size(), packet, qname);
      const auto parsed = test::parsed(packet);
      if (parsed && parsed->packet.tcp() != nullptr) peer_.hear(*parsed->packet.tcp(), now());
    }
  }

  void serve_socket() {
    if (!connection_.open() && socket_.open() && !situation_.active) {
      connection_ = Handle(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK));
    }
    if (!connection_.open()) return;
    if (reads_) read();
    write();
  }

  void read() {
    std::array<char, 65'536> bytes;
    while (true) {
      const auto size = ::recv(connection_.get(), bytes.data(), bytes.size(), 0);
      if (size > 0) continue;
      if (size == 0) told_.emplace_back("end");
      if (size < 0 && (errno == EAGAIN || errno == ENOTCONN || errno == EINTR)) return;
      if (size < 0) told_.emplace_back("gone");
      reads_ = false;
      return;
    }
  }

  void write() {
    while (pending_ > 0) {
      const std::string bytes(std::min<std::size_t>(pending_, 1 << 20), 'h');
      const auto size = ::send(connection_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size < 0) {
        if (errno != EAGAIN && errno != ENOTCONN) pending_ = 0;
        return;
      }
      pending_ -= static_cast<std::size_t>(size);
    }
    if (std::exchange(shuts_down_, false)) ::shutdown(connection_.get(), SHUT_WR);
  }

  /// Behind all that the application has given, and its FIN.
  std::size_t end_of_stream() const { return written_ + (ended_ ? 2 : 1); }

  /// What acknowledges, or answers, what the machine was too slow to send yet waits for that.
  bool too_early(const Step& step) {
    const bool acknowledges = step.kind == Step::Kind::segment && peer_.heard_syn() &&
                              step.segment.flags.find('.') != std::string::npos &&
                              step.segment.ack <= end_of_stream() && !peer_.heard(step.segment.ack);
    const bool answers = (step.after_sent <= written_ + 2 && !peer_.heard(step.after_sent)) ||
                         !peer_.heard_ack(step.after_ack);
    const bool waits = acknowledges || answers;
    if (!waits) {
      if (waited_) late_ += now() - due();
      waited_ = false;
      return false;
    }
    if (now() > due() + Milliseconds{50}) return false;
    waited_ = true;
    pause_for(Milliseconds{1});
    return true;
  }

  void perform(const Step& step) {
    if (too_early(step)) return;
    ++next_;
    switch (step.kind) {
      case Step::Kind::segment:
        return give(peer_.say(step.segment, now()));
      case Step::Kind::too_large:
        return give(peer_.too_large(step.bytes));
      case Step::Kind::write:
        pending_ += step.bytes;
        written_ += step.bytes;
        return write();
      case Step::Kind::shut_down:
        shuts_down_ = ended_ = true;
        return write();
      case Step::Kind::close:
        ended_ = true;
        return leave();
      case Step::Kind::abort: {
        const linger at_once{1, 0};
        ::setsockopt(connection_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        return leave();
      }
      case Step::Kind::pause:
        reads_ = false;
        return;
      case Step::Kind::resume:
        reads_ = true;
        return;
    }
  }

  void leave() {
    connection_.close();
    socket_.close();
  }

  void wait() { pause_for(std::min(due() - now(), Duration{Milliseconds{20}})); }

  /// Until something comes, at the longest.
  void pause_for(Duration most) {
    std::array<pollfd, 2> ends{{{tun_.get(), POLLIN, 0}, {-1, 0, 0}}};
    if (connection_.open() && reads_) ends[1] = {connection_.get(), POLLIN, 0};
    if (connection_.open() && pending_ > 0) ends[1] = {connection_.get(), POLLOUT, 0};
    if (!connection_.open() && socket_.open()) ends[1] = {socket_.get(), POLLIN, 0};
    most = std::max(most, Duration{0});
    const timespec limit{most.count() / 1'000'000'000, most.count() % 1'000'000'000};
    ::ppoll(ends.data(), ends.size(), &limit, nullptr);
  }

  const Situation& situation_;
  Peer peer_;
  Handle tun_;
  Handle socket_;
  Handle connection_;
  Duration zero_{};
  Duration late_{};  // by which what waited has put off all behind it
  bool waited_ = false;
  std::size_t next_ = 0;
  std::size_t pending_ = 0;
  std::size_t written_ = 0;
  bool shuts_down_ = false;
  bool ended_ = false;
  bool reads_ = true;
  std::vector<std::string> told_;
};

}  // namespace

Played play_kernel(const Situation& situation) { return KernelHost(situation).play(); }

}  // namespace misproxy::oracle
