#pragma once

#include <string>
#include <string_view>

#include "tls/client_tls.hpp"
#include "tls/seeded_random.hpp"
#include "tls/server_tls.hpp"

namespace misproxy::test {

/// A TLS client and a TLS server, each with random bytes of its own where streams are given, and
/// every byte between them.
struct TlsTalk {
  ClientTls client;
  ServerTls server;
  RandomStream* client_stream = nullptr;
  RandomStream* server_stream = nullptr;
  std::string to_server;
  std::string to_client;
  std::string heard_by_server;
  std::string heard_by_client;

  TlsTalk(const ClientContext& client_context, const ServerContext& server_context,
          const std::string& host)
      : client(client_context, host), server(server_context) {}

  /// A handshake, a request and its answer, and close_notify from both ends.
  void whole();
  void shake_hands();
  /// Hands on what lies ready at both ends, until there is nothing more.
  void pump();

 private:
  bool client_to_server();
  bool server_to_client();
};

}  // namespace misproxy::test
