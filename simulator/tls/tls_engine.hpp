#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace misproxy {

class RecordSeal;

/// Whether a context's connections keep their secrets for a capture. It costs each of them some 30
/// microseconds, and one end's are enough.
enum class KeyLog { none, kept };

/// What both ends of a TLS connection have in common: a pure transformation, ciphertext in,
/// plaintext out, and back. No socket: OpenSSL works on memory BIOs.
class TlsEngine {
 public:
  enum class State { handshake, open, closed_by_peer, failed };

  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

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
  /// OpenSSL's name, once open: `TLS_AES_256_GCM_SHA384`, `ECDHE-RSA-AES128-GCM-SHA256`.
  std::string cipher() const;
  /// OpenSSL's reason, once failed: `tlsv1 alert unknown ca`, `wrong version number`.
  const std::string& failure() const { return failure_; }
  /// The number of the fatal alert that the peer sent, or this end (RFC 8446 section 6.2).
  std::optional<int> alert_received() const { return alert_received_; }
  std::optional<int> alert_sent() const { return alert_sent_; }
  /// The connection's secrets so far, in the lines of an NSS key log, each with its line end; empty
  /// where the context keeps none.
  const std::string& key_log() const { return key_log_; }

  /// Part of making a context.
  static void set_key_log(ssl_ctx_st* context, KeyLog keys);

 protected:
  /// Behind the ciphertext that there is, as if OpenSSL had written it.
  void put_output(std::string_view bytes) { output_ += bytes; }
  /// The records that it sends are made here, and not by OpenSSL (tls/record_seal.hpp).
  bool seals() const { return seal_ != nullptr; }
  /// Such a record, behind the ciphertext that there is.
  void put_record(std::uint8_t content_type, std::string_view plaintext);
  explicit TlsEngine(ssl_ctx_st* context);
  ~TlsEngine();

  void shake_hands();
  ssl_st* ssl() const { return ssl_.get(); }

 private:
  struct Deleter {
    void operator()(ssl_st* ssl) const;
  };
  friend struct TlsOutput;  // the BIO that OpenSSL writes to
  static void note_alert(const ssl_st* ssl, int where, int value);
  static void note_key(const ssl_st* ssl, const char* line);
  std::string read_plaintext();
  void write(std::string_view plaintext);
  const char* well_placed(std::string_view plaintext) const;
  void note_error(int result);
  std::string reason_of(int error) const;

  std::unique_ptr<ssl_st, Deleter> ssl_;
  std::string output_;            // ciphertext that nobody has taken yet
  const char* record_ = nullptr;  // where OpenSSL wrote the last one
  std::unique_ptr<RecordSeal> seal_;
  std::uint8_t content_type_;  // of the next record that it seals
  State state_ = State::handshake;
  std::string failure_;
  std::string key_log_;
  std::optional<int> alert_received_;
  std::optional<int> alert_sent_;
};

}  // namespace misproxy
