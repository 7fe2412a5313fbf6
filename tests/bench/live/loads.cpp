#include "bench/live/loads.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

#include "bench/live/tls.hpp"
#include "bench/live/upstream.hpp"
#include "core/ensure.hpp"

namespace misproxy::bench {
namespace {

void at_once(int count, const std::function<void()>& work) {
  std::vector<std::thread> all;
  for (int i = 0; i < count; ++i)
    all.emplace_back(work);
  for (auto& each : all)
    each.join();
}

void send_up(int fd, std::uint64_t bytes) {
  const std::string piece(256 * 1024, 'x');
  while (bytes > 0) {
    const auto size = std::min<std::uint64_t>(bytes, piece.size());
    ensure(send_all(fd, std::string_view(piece).substr(0, size)), "a tunnel that ended");
    bytes -= size;
  }
}

void transfer_one(const Subject& subject, char which, std::uint64_t bytes) {
  const auto fd = open_tunnel(subject);
  send_all(fd.get(), wish(which, bytes));
  std::thread up;
  if (which != 'D') up = std::thread([&] { send_up(fd.get(), bytes); });
  if (which != 'U') ensure(discard(fd.get(), bytes) == bytes, "a tunnel that ended");
  if (up.joinable()) up.join();
  if (which != 'D') ensure(discard(fd.get(), 1) == 1, "an upload that was not taken");
}

}  // namespace

double transfer(const Subject& subject, char which, int tunnels, std::uint64_t bytes) {
  at_once(tunnels, [&] { transfer_one(subject, which, bytes); });
  return static_cast<double>(bytes) * tunnels * (which == 'B' ? 2 : 1) / 1e9;
}

double connects(const Subject& subject, int count) {
  constexpr int kAtOnce = 8;
  at_once(kAtOnce, [&] {
    for (int i = 0; i < count / kAtOnce; ++i) {
      const auto fd = open_tunnel(subject);
      send_all(fd.get(), wish('D', 1));
      ensure(discard(fd.get(), 1) == 1, "a tunnel that ended");
    }
  });
  return count;
}

double round_trips(const Subject& subject, int count) {
  constexpr std::size_t kSize = 64;
  const auto fd = open_tunnel(subject);
  send_all(fd.get(), wish('E', kSize));
  const std::string ping(kSize, 'p');
  std::string pong(kSize, '\0');
  for (int i = 0; i < count; ++i) {
    send_all(fd.get(), ping);
    const auto got = ::recv(fd.get(), pong.data(), pong.size(), MSG_WAITALL);
    ensure(got == static_cast<ssize_t>(kSize), "a tunnel that ended");
  }
  return count;
}

double idle_memory(const Subject& subject, int tunnels) {
  const auto open_one = [&] {
    auto fd = open_tunnel(subject);
    send_all(fd.get(), wish('E', 1) + "x");
    ensure(discard(fd.get(), 1) == 1, "a tunnel that ended");
    return fd;
  };
  std::vector<Fd> open;
  open.push_back(open_one());
  const auto before = subject.memory_kib();
  for (int i = 0; i < tunnels; ++i)
    open.push_back(open_one());
  return (subject.memory_kib() - before) / tunnels;
}

double secure_download(const Subject& subject, const std::string& target, std::uint64_t bytes) {
  TlsClient client(open_tunnel(subject), "embedded.test");
  ensure(client.get("embedded.test", target, bytes) == bytes, "a download that ended");
  return static_cast<double>(bytes) / 1e9;
}

double handshakes(const Subject& subject, int count) {
  for (int i = 0; i < count; ++i)
    TlsClient(open_tunnel(subject), "embedded.test");
  return count;
}

}  // namespace misproxy::bench
