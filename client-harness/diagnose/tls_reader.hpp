#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "diagnose/moment.hpp"
#include "diagnose/observations.hpp"

namespace misproxy::diagnose {

/// Reads the TLS records of one direction: what is in the clear, and the sizes of the rest.
///
/// Source: RFC 8446 sections 4 and 5, RFC 5246 section 7, RFC 6066 section 3 (server name).
class TlsReader {
 public:
  TlsReader(End from, TlsSeen& seen) : from_(from), seen_(seen) {}

  /// `now` is the packet that brought the bytes.
  void take(std::string_view bytes, const Moment& now);
  void skip(std::uint64_t count);
  void finish();
  /// No record begins where one should: bytes are missing, or this is no TLS.
  bool lost() const { return lost_; }

 private:
  void begin_record(const Moment& now);
  void end_record(const Moment& now);
  void read_handshake(const Moment& now);
  /// `message`, and what is known of those behind it.
  void client_message(std::string_view message, const Moment& now);
  void server_message(std::string_view message, const Moment& now);
  void read_client_hello(std::string_view message);
  void read_server_hello(std::string_view message);
  void keep(AlertSeen alert);
  void application_record(const Moment& now);
  void alert(const Moment& now);
  bool is_ticket();
  void count_stream(std::uint64_t count);
  void count_plaintext();
  void lose();

  End from_;
  TlsSeen& seen_;
  std::string header_;  // of the record under way, up to 5 bytes
  std::uint8_t type_ = 0;
  std::uint32_t length_ = 0;
  std::uint32_t left_ = 0;  // of the record's body
  std::string body_;        // what is kept of it
  bool keep_ = false;
  std::string handshake_;   // a message that goes over several records
  bool encrypted_ = false;  // behind a change of ciphers, TLS 1.2
  std::uint32_t application_records_ = 0;
  int tickets_ = 0;
  std::uint32_t ticket_length_ = 0;
  std::uint32_t added_ = 0;  // by the cipher to each record; 0: not known
  bool lost_ = false;
};

}  // namespace misproxy::diagnose
