#pragma once

#include <string>
#include <string_view>

#include "anonymize/pseudonyms.hpp"

namespace misproxy::anonymize {

/// A DNS message of the same size: other names in questions and records, other addresses in A and
/// AAAA; what else a record holds is blotted out. Source: RFC 1035 section 4.
std::string disguised_dns(std::string_view message, Pseudonyms& pseudonyms);

}  // namespace misproxy::anonymize
