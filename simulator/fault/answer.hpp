#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace misproxy {

/// Bytes of an answer that come later.
struct LaterBytes {
  Milliseconds after{0};
  std::string bytes;
};

/// A response in the place of the one that would have been.
///
/// Units:  `status` 100 to 999; `headers` one `Name: value` an entry, in order, a value folded over
///         several lines too; `body` and `raw` are sent as they stand. `more`: bytes that follow
///         `raw`, each so long after those before them have passed. `keep_alive`: whether the
///         connection goes on after it; absent, as the version and the headers say, and after `raw`
///         it does not. `silent`: it neither goes on nor ends: nothing more is said. `linger`: how
///         long one that ends the connection waits for the client to close first.
/// Source: RFC 9112 sections 4, 6.3 and 9.3.
struct Answer {
  std::int64_t status = 0;
  std::optional<std::string> reason;
  std::string version = "1.1";
  std::vector<std::string> headers;
  std::string body;
  std::optional<std::string> raw;
  std::vector<LaterBytes> more;
  std::optional<bool> keep_alive;
  bool silent = false;
  std::optional<Milliseconds> linger;

  /// The bytes on the wire. `to_connect`: the request was a CONNECT, whose 2xx has no body.
  /// `with_body`: false where the request was a HEAD, which is answered with the length alone.
  std::string wire(bool to_connect, bool with_body) const;
  /// True where the connection ends after this answer.
  bool ends_connection() const;
  /// The same of one that nobody has asked for: it ends, unless it says otherwise.
  bool ends_unasked() const { return !keep_alive.value_or(false); }
  bool is_interim() const { return !raw && status < 200 && !silent; }
  /// A 2xx, in `raw` and behind a 1xx too: to a CONNECT, the tunnel's beginning, unless silence
  /// follows.
  bool is_success() const;
  /// Which header its status demands that it does not have, with the demand's source; nothing where
  /// all is there.
  std::optional<std::string> lacks() const;
  /// Of the body, or all of `raw`, and what follows.
  std::int64_t body_bytes() const;

  static bool all_are_fields(const std::vector<std::string>& headers);
  static bool is_one_line(const std::string& text);
  /// One line, or several of which each but the first begins with a space or a tab.
  static bool is_folded_line(std::string_view text);

 private:
  bool has_header(std::string_view name) const;
  /// The final head as it is sent, behind those of 1xx: its status, 0 where it has none, and its
  /// headers.
  std::string final_head() const;
  std::int64_t sent_status() const;
};

}  // namespace misproxy
