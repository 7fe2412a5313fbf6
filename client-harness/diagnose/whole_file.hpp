#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "diagnose/read_evidence.hpp"

namespace misproxy::diagnose {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

constexpr std::size_t kMostText = 512UL << 20;   // bytes
constexpr std::size_t kMostUtf16 = 256UL << 20;  // which becomes half as long again, at worst

/// Of a text that is packed.
Unusable too_large_inside(const std::string& path);
Unusable too_large_for_utf16(const std::string& path);

/// Packed or not, by its beginning.
bool is_capture(std::string_view begin);
/// As much of a file as it takes to tell that.
std::string read_beginning(std::FILE* file);
/// A pipe, a terminal, a device, or `-`, standard input: its bytes come once. Not so a folder,
/// which nobody can read.
bool comes_once(const std::string& path);
/// `cannot read PATH: ...`, by errno.
Unusable unreadable(const std::string& path);
/// Appends all that is left of it, up to 512 MiB.
std::optional<Unusable> read_rest(const std::string& path, std::FILE* file, std::string& text);
/// All that comes of it; not empty.
std::variant<std::string, Unusable> read_whole(const std::string& path);

}  // namespace misproxy::diagnose
