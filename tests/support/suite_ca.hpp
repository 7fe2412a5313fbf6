#pragma once

#include <filesystem>

#include "live/ca_store.hpp"

namespace misproxy::test {

/// The CA and the servers' key of all test programs of this build, made by the first that asks for
/// them: two keys take longer than most tests.
const live::StoredAuthority& suite_ca();
/// Puts them where a misproxy whose XDG_STATE_HOME is `home` looks for its own.
void lend_suite_ca(const std::filesystem::path& home);

}  // namespace misproxy::test
