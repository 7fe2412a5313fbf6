#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace misproxy::live {

/// Files of secrets, in folders that nobody else can write. Each function says on an error in one
/// sentence what is wrong with which path, and the command that mends it where there is one.

/// Makes a folder, and those above it that are not there, mode 0700 whatever the umask. Empty when
/// it is there.
std::string make_own_folder(const std::filesystem::path& folder);

/// Whether others can write the folder, so that what is in it may be theirs. Empty where they
/// cannot.
std::string refuse_shared_folder(const std::filesystem::path& folder);

/// A file's text, nothing where there is no file; or why it is not to be used.
struct OwnText {
  std::optional<std::string> text;
  std::string why;
};

/// Reads a regular file of at most 1 MiB with no more than the permissions `most`, in a folder that
/// others cannot write. What is no regular file is not waited for.
OwnText read_own_file(const std::filesystem::path& path, mode_t most);

}  // namespace misproxy::live
