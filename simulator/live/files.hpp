#pragma once

#include <string_view>

namespace misproxy::live {

/// Writes it all to a file descriptor; false, with errno, where that cannot be.
bool write_all(int fd, std::string_view text);

}  // namespace misproxy::live
