#pragma once

#include <string>
#include <string_view>

#include "anonymize/pseudonyms.hpp"

namespace misproxy::anonymize {

/// What a body is filled with.
constexpr char kFiller = 'x';

/// A handshake message, whole, of the same size: of a ClientHello the server's name is another and
/// tickets go; a ServerHello stays; of a certificate the lengths stay, of all others their type and
/// length. Source: RFC 8446 section 4, RFC 5246 section 7.4.
std::string disguised_handshake(std::string_view message, Pseudonyms& pseudonyms);

}  // namespace misproxy::anonymize
