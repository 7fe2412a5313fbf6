#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace misproxy::test {

/// A TLS client over memory BIOs: the other end of the origin session, for dialogues. Trusts `ca`.
class TlsClient {
 public:
  /// `version`: "1.2" or "1.3", the only one it speaks.
  TlsClient(const std::string& ca_pem, const std::string& host, std::string_view version);
  ~TlsClient();

  /// Takes what the server sent; what it makes readable is kept for `plaintext`.
  void receive(std::string_view ciphertext);
  /// To the server, taken.
  std::string take_output();
  void send(std::string_view plaintext);
  void close();

  bool open() const;
  bool got_close_notify() const;
  /// Of the verification of the server's certificate; 0 where it is trusted for this host.
  long verify_result() const;
  std::string plaintext;

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace misproxy::test
