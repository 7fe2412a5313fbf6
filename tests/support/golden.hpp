#pragma once

#include <string>

namespace misproxy::test {

/// Holds a text against the file `tests/golden/NAME`; with MISPROXY_REWRITE_GOLDEN it is written
/// instead, for somebody to review.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace misproxy::test
