#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "core/draw.hpp"
#include "core/sha256.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/upstream_text.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";
constexpr auto kConnectReal = "CONNECT real.test:443 HTTP/1.1\r\nHost: real.test:443\r\n\r\n";

std::string bytes_of(std::uint64_t key, std::size_t size) {
  std::string bytes(size, '\0');
  SeededBytes(key).fill(0, bytes);
  return bytes;
}

std::int64_t measured(const std::vector<TraceLine>& trace, std::string_view event,
                      std::string_view name) {
  for (const auto& line : trace) {
    if (line.event.name != event) continue;
    for (const auto& [key, value] : line.event.measured)
      if (key == name) return std::get<std::int64_t>(value);
  }
  ADD_FAILURE() << "no " << name << " of " << event;
  return -1;
}

/// A tunnel to an upstream of the test's own, with the kernel between its sockets or misproxy.
class Tunnel : public ::testing::TestWithParam<bool> {
 protected:
  std::vector<std::string> flags() const {
    std::vector<std::string> all{"--exit-after", "1"};
    if (!GetParam()) all.emplace_back("--no-splice");
    return all;
  }
  Folder folder_;
  Listener upstream_;
};

INSTANTIATE_TEST_SUITE_P(Splice, Tunnel, ::testing::Bool(), [](const auto& each) {
  return each.param ? "ByTheKernel" : "ByMisproxy";
});

TEST_P(Tunnel, EarlyBytesAHalfCloseAndEveryByteBothWays) {
  Served served({folder_.write("up.toml", real_at(upstream_.port()))}, flags());
  const auto up = bytes_of(1, 3'000'001);
  const auto down = bytes_of(2, 5'000'003);
  Socket client(served.port());
  client.send(std::string(kConnectReal) + "early");
  Socket origin = upstream_.accept();
  EXPECT_EQ(client.read(kEstablished.size()), kEstablished);
  std::thread sender([&] {
    client.send(up);
    client.finish_sending();
  });
  EXPECT_EQ(sha256_hex(origin.read_all()), sha256_hex("early" + up));
  EXPECT_EQ(origin.ending, Socket::End::fin);
  sender.join();
  std::thread answer([&] {
    origin.send(down);
    origin.finish_sending();
  });
  EXPECT_EQ(sha256_hex(client.read_all()), sha256_hex(down));
  EXPECT_EQ(client.ending, Socket::End::fin);
  answer.join();
  served.wait();
  const auto trace = served.trace();
  EXPECT_EQ(measured(trace, "closed", "bytes_in"),
            static_cast<std::int64_t>(std::string_view(kConnectReal).size() + 5 + up.size()));
  EXPECT_EQ(measured(trace, "closed", "bytes_out"),
            static_cast<std::int64_t>(kEstablished.size() + down.size()));
}

/// What the client does not read, the upstream cannot send: and nothing of it is lost.
TEST_P(Tunnel, AClientThatReadsLate) {
  Served served({folder_.write("up.toml", real_at(upstream_.port()))}, flags());
  const auto down = bytes_of(3, 40'000'000);
  Socket client(served.port());
  client.send(kConnectReal);
  Socket origin = upstream_.accept();
  EXPECT_EQ(client.read(kEstablished.size()), kEstablished);
  origin.limit_wait(300);
  const auto taken = origin.send(down);  // until it is full
  EXPECT_LT(taken, down.size());
  origin.limit_wait(20'000);
  std::thread rest([&] {
    origin.send(std::string_view(down).substr(taken));
    origin.finish_sending();
  });
  EXPECT_EQ(sha256_hex(client.read_all()), sha256_hex(down));
  rest.join();
  served.wait();
}

TEST_P(Tunnel, TheUpstreamsResetReachesTheClientAndTheTrace) {
  Served served({folder_.write("up.toml", real_at(upstream_.port()))}, flags());
  Socket client(served.port());
  client.send(kConnectReal);
  Socket origin = upstream_.accept();
  EXPECT_EQ(client.read(kEstablished.size()), kEstablished);
  client.send("ping");
  EXPECT_EQ(origin.read(4), "ping");
  origin.reset();
  client.read_all();
  EXPECT_EQ(client.ending, Socket::End::rst);
  served.wait();
  EXPECT_THAT(served.trace(), ::testing::Contains(::testing::Truly([](const TraceLine& line) {
                return line.event.name == "upstream-reset";
              })));
}

/// A fault at the end has its turn, and what it delays still comes.
TEST_P(Tunnel, AFaultAtTheCloseStillActs) {
  Served served(
      {folder_.write("up.toml", real_at(upstream_.port(), fault("f",
                                                                "point = 'close', direction = "
                                                                "'to_client'",
                                                                "close = { how = 'rst' }")))},
      flags());
  Socket client(served.port());
  client.send(kConnectReal);
  Socket origin = upstream_.accept();
  EXPECT_EQ(client.read(kEstablished.size()), kEstablished);
  origin.send("all");
  origin.finish_sending();
  EXPECT_EQ(client.read_all(), "all");
  EXPECT_EQ(client.ending, Socket::End::rst);
  served.wait();
}

TEST(Splice, OneDigestWithAndWithout) {
  std::set<std::string> digests;
  for (const bool splices : {true, false}) {
    Folder folder;
    const Listener upstream;
    std::vector<std::string> flags{"--exit-after", "1"};
    if (!splices) flags.emplace_back("--no-splice");
    Served served(
        {folder.write("up.toml",
                      real_at(upstream.port(), fault("f",
                                                     "point = 'tunnel', direction = 'to_client', "
                                                     "offset_bytes = 70000",
                                                     "stall = { for_ms = 20 }")))},
        flags);
    const auto down = bytes_of(4, 1'000'000);
    Socket client(served.port());
    client.send(kConnectReal);
    Socket origin = upstream.accept();
    EXPECT_EQ(client.read(kEstablished.size()), kEstablished);
    std::thread sender([&] {
      origin.send(down);
      origin.finish_sending();
    });
    EXPECT_EQ(sha256_hex(client.read_all()), sha256_hex(down));
    sender.join();
    served.wait();
    auto trace = served.trace();
    std::erase_if(trace, [](const TraceLine& line) { return line.event.name == "started"; });
    digests.insert(trace_digest(trace));  // the plan's digest names a port
  }
  EXPECT_EQ(digests.size(), 1U);
}

}  // namespace
}  // namespace misproxy::test
