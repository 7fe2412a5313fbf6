#include "support/tls_talk.hpp"

#include <optional>

namespace misproxy::test {
namespace {

/// What one party does, with its own random bytes if it has any.
template <typename Step>
auto as(RandomStream* stream, Step step) {
  std::optional<RandomScope> scope;
  if (stream != nullptr) scope.emplace(*stream);
  return step();
}

}  // namespace

bool TlsTalk::client_to_server() {
  const auto bytes = client.take_output();
  to_server += bytes;
  if (!bytes.empty()) {
    heard_by_server += as(server_stream, [&] { return server.receive(bytes); });
  }
  return !bytes.empty();
}

bool TlsTalk::server_to_client() {
  const auto bytes = server.take_output();
  to_client += bytes;
  if (!bytes.empty()) {
    heard_by_client += as(client_stream, [&] { return client.receive(bytes); });
  }
  return !bytes.empty();
}

void TlsTalk::pump() {
  bool moved = true;
  while (moved) {
    moved = client_to_server();
    moved = server_to_client() || moved;
  }
}

void TlsTalk::shake_hands() {
  as(client_stream, [&] { client.start(); });
  pump();
}

void TlsTalk::whole() {
  shake_hands();
  as(client_stream, [&] { client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"); });
  pump();
  as(server_stream, [&] { server.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"); });
  pump();
  as(client_stream, [&] { client.close(); });
  pump();
  as(server_stream, [&] { server.close(); });
  pump();
}

}  // namespace misproxy::test
