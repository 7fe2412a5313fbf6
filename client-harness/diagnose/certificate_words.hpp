#pragma once

#include <string_view>

namespace misproxy::diagnose {

/// The verdict's id, by what a client says of a certificate that it refuses; empty where it does
/// not say what is wrong with it.
std::string_view verdict_on_certificate(std::string_view words);

}  // namespace misproxy::diagnose
