#pragma once

#include <optional>
#include <string_view>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// A remark of curl's that says what went wrong; not one that only tells of going on.
bool is_problem(std::string_view remark);

/// A problem that nobody but curl words so: it is one even where nothing of curl's stood before.
bool is_surely_curl(std::string_view remark);

/// `TLSv1.3 (OUT), TLS alert, unknown CA (560):`, without its place. Nothing where it is no such
/// line, or one about records only.
///
/// The number of an alert is 256 times its level and its description (RFC 8446 section 6); where
/// the log has no more than the level, as that of curl before 7.60, the code is -1.
std::optional<LoggedTls> read_tls_message(std::string_view remark);

/// Why the certificate was refused, out of a remark of OpenSSL's, GnuTLS's or schannel's curl.
std::optional<std::string_view> verify_error(std::string_view remark);

}  // namespace misproxy::evidence
