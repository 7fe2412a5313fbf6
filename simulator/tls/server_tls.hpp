#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tls/catalogue.hpp"

namespace misproxy {

/// The server's end of a TLS connection as a pure transformation: ciphertext in, plaintext out, and
/// back. No socket: OpenSSL works on memory BIOs.
class ServerTls {
 public:
  enum class State { handshake, open, closed_by_peer, failed };

  explicit ServerTls(const ServerContext& context);
  ~ServerTls();
  ServerTls(const ServerTls&) = delete;
  ServerTls& operator=(const ServerTls&) = delete;

  /// Takes ciphertext from the peer, and returns the plaintext that it makes readable.
  std::string receive(std::string_view ciphertext);
  /// Encrypts. Only in state `open`, or `closed_by_peer`, in which the other direction may go on.
  void send(std::string_view plaintext);
  /// Sends close_notify (RFC 8446 section 6.1).
  void close();
  /// The ciphertext to send to the peer, taken.
  std::string take_output();

  State state() const { return state_; }
  /// `TLSv1.3` or `TLSv1.2`, once open.
  std::string version() const;
  /// What the client asked for by SNI, or empty.
  std::string server_name() const;
  /// OpenSSL's reason, once failed: `tlsv1 alert unknown ca`, `wrong version number`.
  const std::string& failure() const { return failure_; }

 private:
  struct Engine;
  void shake_hands();
  std::string read_plaintext();
  void note_error(int result);

  std::unique_ptr<Engine> engine_;
  State state_ = State::handshake;
  std::string failure_;
};

}  // namespace misproxy
