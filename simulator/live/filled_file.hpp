#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace misproxy::live {

/// Writes a file's contents to a descriptor; false, with errno, where that cannot be.
using Filling = std::function<bool(int fd)>;

/// As `write_file` (live/files.hpp), of what is too long to be one text.
std::string fill_file(const std::filesystem::path& path, const Filling& fill);

}  // namespace misproxy::live
