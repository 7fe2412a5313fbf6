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

/// Whose files are to be one's own.
struct Person {
  uid_t user;
  gid_t group;

  static Person of_process();
};

/// Whether others can write the folder, or put another in its place, so that what is in it may be
/// theirs. Empty where they cannot.
///
/// The folder is to be the person's, and nobody else may write it. Those above it may be written by
/// nobody else either, unless they are sticky as /tmp is. Root may own any of them: it can do
/// whatever it likes anyway, and it is whom a container's volumes belong to. What is taken above,
/// because to refuse it would break common set-ups for little:
/// - a group's writing where that is the person's first one: most systems give each user one of
///   that user's own, and an umask of 002 with it;
/// - where root asks, other owners: CI runs as root on a checkout that is an unprivileged user's;
/// - an owner that this user namespace does not map.
std::string refuse_shared_folder(const std::filesystem::path& folder,
                                 Person person = Person::of_process());

/// A file's text, nothing where there is no file; or why it is not to be used.
struct OwnText {
  std::optional<std::string> text;
  std::string why;
};

/// Reads a regular file of the person's, or of root's, of at most 1 MiB with no more than the
/// permissions `most`, in a folder that others cannot write. What is no regular file is not waited
/// for.
OwnText read_own_file(const std::filesystem::path& path, mode_t most,
                      Person person = Person::of_process());

}  // namespace misproxy::live
