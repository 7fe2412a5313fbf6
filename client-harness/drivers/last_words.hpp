#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// How a client words what it has to say: data, which one matcher reads.
///
/// `status`, `bytes`: what stands before the number; the last in the text counts. `message`: what
/// its complaint holds, the most telling first; the last such line counts. `begins`: the message
/// begins with that mark, what is before it is no part of it.
struct WordsOfClient {
  std::vector<std::string_view> status;
  std::vector<std::string_view> bytes;
  std::vector<std::string_view> message;
  bool begins = false;
};

/// What a client said of its work; absent what it did not say.
struct LastWords {
  std::optional<std::int64_t> status;
  std::optional<std::uint64_t> bytes;
  std::string message;
  bool success = false;
};

/// Reads a client's output, of whatever bytes, beside its exit code.
LastWords read_last_words(const WordsOfClient& says, std::string_view output, int exit);

}  // namespace misproxy
