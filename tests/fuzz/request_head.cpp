// What a client sends to the proxy: whole, byte by byte, and cut somewhere else; the same comes of
// it each time.

#include "fuzz/target.hpp"
#include "http/request_reader.hpp"

using namespace misproxy;

namespace {

constexpr std::size_t kHeadLimit = 4096;

struct Outcome {
  std::string method;
  std::string target;
  int status = 0;
  std::size_t taken = 0;  // of the head
};

/// As far as the bytes go: the rest belongs to the next request.
void read_body(RequestReader& reader, std::string_view bytes, std::size_t piece) {
  while (!bytes.empty() && !reader.complete() && !reader.error()) {
    const auto taken = reader.feed_body(bytes.substr(0, piece));
    if (taken == 0) return;
    bytes.remove_prefix(taken);
  }
}

Outcome read_in_pieces(std::string_view bytes, std::size_t piece) {
  RequestReader reader(kHeadLimit);
  Outcome outcome;
  while (outcome.taken < bytes.size() && !reader.head() && !reader.error())
    outcome.taken += reader.feed_head(bytes.substr(outcome.taken, piece));
  if (reader.head()) {
    outcome.method = reader.head()->method;
    outcome.target = reader.head()->target;
    read_body(reader, bytes.substr(outcome.taken), piece);
  }
  if (reader.error()) outcome.status = reader.error()->status;
  return outcome;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  const auto whole = read_in_pieces(text, count + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const auto pieces = read_in_pieces(text, piece);
    fuzz::require(pieces.method == whole.method && pieces.target == whole.target,
                  "a head is the same however it was cut");
    fuzz::require(!whole.method.empty() || pieces.status == whole.status,
                  "a refusal is the same however it was cut");
  }
  return 0;
}
