#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// Its password, which Java's own trust store has too: nothing in it is secret.
inline constexpr auto kTrustStorePassword = "changeit";

/// A PKCS #12 file (RFC 7292) in which Java finds one CA to trust; `-Djavax.net.ssl.trustStore=`.
/// Empty where `certificate` is no PEM of one.
std::string java_trust_store(std::string_view certificate);

}  // namespace misproxy
