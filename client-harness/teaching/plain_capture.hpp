#pragma once

#include <string>
#include <string_view>

namespace misproxy::teaching {

/// A pcapng file of this program's without the TLS secrets in it, as one from the field is: little
/// endian, whole blocks (capture/pcapng.hpp).
std::string without_secrets(std::string_view pcapng);

}  // namespace misproxy::teaching
