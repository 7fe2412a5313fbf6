#pragma once

#include <string>
#include <string_view>

namespace misproxy::anonymize {

/// What cannot be named is blotted out: each letter is an `x`, each digit a `0`, and what is
/// neither stays, so that a word stays a word and a line as long as it was.
std::string masked(std::string_view text);

/// A word that nobody makes up: a token, a fingerprint, a key, a number of a session.
bool looks_random(std::string_view word);

}  // namespace misproxy::anonymize
