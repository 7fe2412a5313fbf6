#pragma once

#include <string>
#include <string_view>

namespace misproxy::test {

/// One member of gzip, one frame of zstd.
std::string gzipped(std::string_view bytes);
std::string zstd_packed(std::string_view bytes);

}  // namespace misproxy::test
