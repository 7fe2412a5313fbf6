#pragma once

#include <string_view>

namespace misproxy::lab {

/// Writes a setting below /proc/sys/net, of the calling thread's network; false, with errno, where
/// it cannot be, because the kernel does not have it or the folder is for reading only.
bool set_kernel(std::string_view name, std::string_view value);

}  // namespace misproxy::lab
