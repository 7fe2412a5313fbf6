#pragma once

namespace misproxy::api {

// What answers are, as Content-Type says it.
inline constexpr auto kJson = "application/json";
inline constexpr auto kHtml = "text/html";
inline constexpr auto kCapture = "application/x-pcapng";

}  // namespace misproxy::api
