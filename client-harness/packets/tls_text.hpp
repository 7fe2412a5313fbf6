#pragma once

#include <string_view>

namespace misproxy {

/// What the TLS record at the beginning of a segment is, in the article's words: `Client Hello`,
/// `Encrypted Application Data`. Empty where the segment begins with no record.
/// Source: RFC 8446 sections 4 and 5.1; RFC 5246 section 7.4.
std::string_view tls_text(std::string_view payload);

}  // namespace misproxy
