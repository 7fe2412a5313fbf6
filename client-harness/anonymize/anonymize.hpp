#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "evidence/recognize.hpp"

namespace misproxy::anonymize {

/// A file of evidence, and the one that may be shared in its place.
struct Shareable {
  std::string from;
  std::string to;                    // its name tells its form, and nothing of `from`
  std::vector<std::string> remarks;  // what is left out, in sentences
};

/// Why it could not be done, in one sentence with the path.
struct Failed {
  std::string sentence;
  bool bad_input = false;  // false: what is to be written cannot be
};

/// Writes each file's like into the folder, which is there: addresses, hosts' and users' names,
/// tokens, cookies, credentials and bodies give way to others, the same in all files. Nothing that
/// is there already is written over.
std::variant<std::vector<Shareable>, Failed> anonymize(const std::vector<std::string>& files,
                                                       const std::string& folder);

}  // namespace misproxy::anonymize
