#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy::evidence {

enum class Form {
  capture,     // pcap, pcapng
  compressed,  // gzip, zstd, xz, bzip2: to be unpacked first
  tcpdump_text,
  packet_list,  // of Wireshark or tshark, as text
  curl_log,     // -v, or what curl prints without it
  curl_trace,   // --trace-ascii, --trace: read_curl_log reads it, too
  wget_log,
  access_log,  // of a proxy
  proxy_log,   // what a proxy says beside it: squid's cache.log, an error log
  strace,
  har,  // HTTP Archive 1.2
  misproxy_trace,
  proxy_settings,
  socket_table,
  key_log,  // SSLKEYLOGFILE, RFC 9850
  unknown,
};

/// What a file is, by its content and never by its name. A text may be several at once, as a pasted
/// session is: then all of them, each once, in the order in which they begin. A capture or
/// something compressed is that alone; `unknown` stands alone, too. Give a text as UTF-8 (to_utf8).
std::vector<Form> recognize(std::string_view bytes);

/// Whether one line is in a form of its own.
bool is_of_a_form(std::string_view line);

/// How many of its lines that are not empty are in one of the forms, from 0 to 1.
double evidence_share(std::string_view bytes);
/// Whether any form is in a text, of whose lines `bare` tells what counts.
bool is_recognized(std::string_view text,
                   const std::function<std::string_view(std::string_view line)>& bare);

/// A sentence for who gave a file of this form that cannot be read as it stands, or empty.
std::string advice(Form form);

/// Whether to_utf8 would take it for UTF-16.
bool is_utf16(std::string_view bytes);

/// UTF-16 (by its byte order mark, or by its NULs) becomes UTF-8; a UTF-8 byte order mark goes; any
/// other bytes stay as they are. Half a surrogate pair becomes U+FFFD.
std::string to_utf8(std::string bytes);

}  // namespace misproxy::evidence
