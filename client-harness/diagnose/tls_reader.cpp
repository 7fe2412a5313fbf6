#include "diagnose/tls_reader.hpp"

#include <algorithm>

#include "diagnose/quote.hpp"
#include "diagnose/tls_names.hpp"
#include "packets/byte_view.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::size_t kHeader = 5;
constexpr std::uint32_t kMostRecord = 16384 + 2048;  // RFC 5246's; RFC 8446 allows less
constexpr std::size_t kMostHandshake = 64 * 1024;
constexpr std::uint32_t kMostTicket = 512;
constexpr std::size_t kMostAlerts = 16;
constexpr std::uint32_t kAlert13 = 2 + 1 + 16;  // alert, content type, tag (RFC 8446 5.2)

constexpr std::uint32_t kAdded13 = 1 + 16;  // to a record: content type, tag (RFC 8446 5.2)

/// What a cipher of TLS 1.2 adds to a record; 0 where that differs from record to record, as with
/// CBC. Source: RFC 5288, RFC 7905, IANA's list of cipher suites.
std::uint32_t added_by(std::size_t cipher) {
  const bool gcm = (cipher >= 0x009C && cipher <= 0x00A7) || (cipher >= 0xC02B && cipher <= 0xC032);
  if (gcm) return 8 + 16;
  return cipher >= 0xCCA8 && cipher <= 0xCCAE ? 16 : 0;
}

enum ContentType : std::uint8_t {
  kChangeCipher = 20,
  kAlert = 21,
  kHandshake = 22,
  kApplication = 23
};

/// A field of a message, read in order; `ok` falls where the message is too short.
struct Fields {
  std::string_view bytes;
  bool ok = true;

  std::string_view next(std::size_t size) {
    if (bytes.size() < size) ok = false;
    const auto field = bytes.substr(0, size);
    bytes.remove_prefix(field.size());
    return ok ? field : std::string_view{};
  }
  std::size_t number(std::size_t size) {
    std::size_t value = 0;
    for (const char c : next(size))
      value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
  }
  std::string_view vector(std::size_t size_of_length) { return next(number(size_of_length)); }
};

/// The extension of this type out of a hello's list.
std::string_view extension(std::string_view list, std::size_t wanted) {
  Fields fields{list};
  while (fields.ok && !fields.bytes.empty()) {
    const auto type = fields.number(2);
    const auto value = fields.vector(2);
    if (fields.ok && type == wanted) return value;
  }
  return {};
}

}  // namespace

void TlsReader::take(std::string_view bytes, const Moment& now) {
  if (from_ == End::proxy) count_stream(bytes.size());
  while (!bytes.empty() && !lost_) {
    if (left_ == 0) {
      const auto part = bytes.substr(0, kHeader - header_.size());
      header_ += part;
      bytes.remove_prefix(part.size());
      if (header_.size() == kHeader) begin_record(now);
      continue;
    }
    const auto part = bytes.substr(0, left_);
    if (keep_) body_ += part;
    left_ -= static_cast<std::uint32_t>(part.size());
    bytes.remove_prefix(part.size());
    if (left_ == 0) end_record(now);
  }
}

void TlsReader::skip(std::uint64_t count) {
  if (from_ == End::proxy) count_stream(count);
  keep_ = false;
  handshake_.clear();
  if (lost_ || count == 0) return;
  if (count > left_ || !header_.empty()) return lose();
  left_ -= static_cast<std::uint32_t>(count);
}

void TlsReader::finish() {
  if (from_ != End::proxy) return;
  seen_.server_record_open = !lost_ && (left_ > 0 || !header_.empty());
  if (auto& count = seen_.server_plain_bytes) *count -= std::min<std::uint64_t>(*count, left_);
}

void TlsReader::lose() {
  lost_ = true;
  seen_.server_plain_bytes.reset();
}

void TlsReader::begin_record(const Moment& now) {
  type_ = u8_at(header_, 0);
  length_ = u16_at(header_, 3);
  lost_ = type_ < kChangeCipher || type_ > kApplication + 1 || u8_at(header_, 1) != 3 ||
          length_ > kMostRecord || length_ == 0;
  header_.clear();
  if (lost_) return lose();
  left_ = length_;
  body_.clear();
  keep_ = type_ == kAlert || (type_ == kHandshake && !encrypted_);
  auto& closed = from_ == End::client ? seen_.client_closed : seen_.server_closed;
  closed = type_ == kAlert || (type_ == kApplication && seen_.version13 && length_ == kAlert13);
  if (from_ == End::proxy) seen_.server_last_record = length_;
  if (type_ == kApplication) application_record(now);
  if (type_ == kChangeCipher && !seen_.version13) encrypted_ = true;
  if (type_ == kHandshake && encrypted_) {
    auto& finished = from_ == End::client ? seen_.finished : seen_.server_finished;
    if (!finished) finished = now.sight();
  }
}

void TlsReader::end_record(const Moment& now) {
  if (!keep_) return;
  if (type_ == kAlert) return alert(now);
  handshake_ += body_;
  if (handshake_.size() > kMostHandshake) handshake_.clear();
  read_handshake(now);
}

void TlsReader::read_handshake(const Moment& now) {
  std::string_view rest = handshake_;
  while (rest.size() >= 4) {
    const std::size_t size = u32_at(rest, 0) & 0xFFFFFFU;
    if (rest.size() < 4 + size) break;
    if (from_ == End::client)
      client_message(rest, now);
    else
      server_message(rest, now);
    rest.remove_prefix(4 + size);
  }
  handshake_.erase(0, handshake_.size() - rest.size());
}

void TlsReader::client_message(std::string_view message, const Moment& now) {
  if (u8_at(message, 0) != 1 || seen_.client_hello) return;
  seen_.client_hello = now.sight();
  seen_.client_hello_bytes = static_cast<std::uint32_t>(message.size() + kHeader);
  read_client_hello(message);
}

void TlsReader::server_message(std::string_view message, const Moment& now) {
  const auto type = u8_at(message, 0);
  if (type == 2) {
    if (!seen_.server_hello) seen_.server_hello = now.sight();
    read_server_hello(message);
  }
  if (type == 11 && !seen_.certificate) seen_.certificate = now.sight();
  if (type == 13 && !seen_.asks_client) seen_.asks_client = now.sight();
}

/// Type and length, version, random, session id, cipher suites, compression, extensions.
void TlsReader::read_client_hello(std::string_view message) {
  Fields fields{message};
  fields.next(4 + 2 + 32);
  fields.vector(1);
  fields.vector(2);
  fields.vector(1);
  Fields name{extension(fields.vector(2), 0)};
  name.next(2 + 1);
  const auto host = name.vector(2);
  if (name.ok) seen_.server_name = shown(host, 255);
}

/// TLS 1.3 says so in an extension only (RFC 8446 section 4.2.1).
void TlsReader::read_server_hello(std::string_view message) {
  Fields fields{message};
  fields.next(4 + 2 + 32);
  fields.vector(1);
  const auto cipher = fields.number(2);
  fields.next(1);
  const auto version = extension(fields.vector(2), 43);
  seen_.version13 = version == std::string_view("\x03\x04");
  added_ = seen_.version13 ? kAdded13 : added_by(cipher);
}

/// The client's first application record of TLS 1.3 is its Finished; one as short as an alert is
/// one.
void TlsReader::application_record(const Moment& now) {
  ++application_records_;
  const bool handshake = seen_.version13 && from_ == End::client && application_records_ == 1;
  if (handshake && length_ == kAlert13) {
    keep({from_, 0, -1, "", now.sight()});
    return;
  }
  if (handshake) {
    seen_.finished = now.sight();
    return;
  }
  if (seen_.version13 && length_ == kAlert13) {
    // What the server has against the client's Finished or certificate.
    const bool answer =
        from_ == End::proxy && seen_.finished && !seen_.server_data && !seen_.client_closed;
    if (answer && tickets_ == 0) keep({from_, 0, -1, "", now.sight()});
    return;
  }
  if (from_ == End::client && !seen_.client_data) seen_.client_data = now.sight();
  // The server's records before the client's Finished are its handshake; and those in front of the
  // client's first data its session tickets.
  if (from_ == End::proxy && is_ticket()) return;
  count_plaintext();
  if (from_ == End::client) return;
  if (seen_.server_data) return;
  if (seen_.client_data || !seen_.version13) seen_.server_data = now.sight();
}

void TlsReader::count_stream(std::uint64_t count) {
  seen_.server_stream_bytes += count;
  if (seen_.client_data) seen_.server_all_bytes += count;
}

void TlsReader::count_plaintext() {
  auto& count = seen_.server_plain_bytes;
  if (from_ == End::client) {
    count = 0;
    seen_.server_stream_bytes = 0;
  } else if (added_ == 0)
    count.reset();
  else if (count) {
    *count += length_ - std::min(length_, added_);
  }
}

/// OpenSSL sends two tickets of one size behind the handshake. One or both may cross with the
/// request: then the first looks like data until the second comes.
bool TlsReader::is_ticket() {
  if (!seen_.version13 || !seen_.finished || tickets_ > 1) return false;
  if (++tickets_ == 1) {
    ticket_length_ = length_;
    return !seen_.client_data;
  }
  if (length_ != ticket_length_) return false;
  if (length_ > kMostTicket) return true;
  seen_.server_data.reset();
  if (seen_.server_plain_bytes) seen_.server_plain_bytes = 0;
  return true;
}

void TlsReader::alert(const Moment& now) {
  const bool clear = body_.size() == 2 && !encrypted_;
  const int description = clear ? u8_at(body_, 1) : -1;
  if (description == 0 && u8_at(body_, 0) != 2) return;  // close_notify
  if (!clear) return;  // mostly a close_notify, which is all that one can say of it
  keep({from_, u8_at(body_, 0), description, alert_name(description), now.sight()});
  auto& closed = from_ == End::client ? seen_.client_closed : seen_.server_closed;
  closed = false;
}

/// The first: whoever sends more has an end that does not go on.
void TlsReader::keep(AlertSeen alert) {
  if (seen_.alerts.size() < kMostAlerts) seen_.alerts.push_back(std::move(alert));
}

}  // namespace misproxy::diagnose
