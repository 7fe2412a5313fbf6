#pragma once

#include "tls/authority.hpp"

namespace misproxy {

/// A new key whose certificates and signatures are as small as those of the virtual world
/// (Ed25519), for a world whose faults choose packets by their size. Browsers do not take it.
/// Source: RFC 8032, RFC 8410.
Key small_key();

}  // namespace misproxy
