#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;

namespace misproxy {

/// An alert as it stands in a record. Source: RFC 8446 section 6.
struct AlertBody {
  std::uint8_t level = 2;
  std::uint8_t description = 0;
};

/// Where the server's end of a connection stands, as far as its next record's protection goes.
///
/// `key_log`: the connection's, which has SERVER_TRAFFIC_SECRET_0 in TLS 1.3. `key_updates` of this
/// end, and `sequence` the number of records sent under the key since. `model`: a close_notify that
/// OpenSSL has sealed under that number; its explicit nonce is used.
struct SealState {
  std::string_view key_log;
  int key_updates = 0;
  std::uint64_t sequence = 0;
  std::string_view model;
};

/// The record of an alert that OpenSSL would never send, protected as it would protect it; nothing
/// for a cipher suite without AES-GCM or ChaCha20-Poly1305, or where a close_notify sealed so would
/// not be the model.
/// Source: RFC 8446 sections 5.2, 5.3 and 7.3; RFC 5246 section 6.3, RFC 5288 section 3, RFC 7905
/// section 2.
std::optional<std::string> seal_alert(const ssl_st* ssl, const AlertBody& alert,
                                      const SealState& state);

}  // namespace misproxy
