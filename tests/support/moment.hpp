#pragma once

#include "tls/authority.hpp"

namespace misproxy::test {

/// A moment of 2027, where a test's certificates may have any.
inline const CivilTime kNow{std::chrono::seconds{1'800'000'000}};

}  // namespace misproxy::test
