// A DNS message that the resolver is asked with, and that a look-up gets.

#include "capture/dns_bytes.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto message = fuzz::text_of(bytes, count);
  read_dns_response(message);
  const auto question = read_dns_question(message);
  if (!question) return 0;
  fuzz::require(question->name.size() <= 1024, "a name is no longer than RFC 1035 allows, as text");
  const auto reply = dns_reply(*question, {0, IpAddress(0x0a000001), 22});
  const auto read = read_dns_response(reply);
  fuzz::require(read && read->id == question->id, "an answer is one, to the same question");
  return 0;
}
