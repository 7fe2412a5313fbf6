#pragma once

#include <string>
#include <string_view>

#include "anonymize/pseudonyms.hpp"

namespace misproxy::anonymize {

/// One line of any program's, with pseudonyms in the place of addresses, of hosts' and users'
/// names, of the words of URLs' paths, and with what looks like a token masked. Only an IPv6
/// address that is not written as RFC 5952 wants it changes the line's length.
///
/// A host is known by where it stands (behind `://`, `CONNECT`, `Host:`, an `@` ...), by a
/// top-level domain at its end, or because it has been known before.
std::string disguised_line(std::string_view line, Pseudonyms& pseudonyms);

/// `/path/file.bin?key=value`, up to its end.
std::string disguised_path(std::string_view path, Pseudonyms& pseudonyms);

}  // namespace misproxy::anonymize
