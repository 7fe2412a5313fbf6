#pragma once

namespace misproxy::app {

inline constexpr auto kVersion = MISPROXY_VERSION;

}  // namespace misproxy::app
