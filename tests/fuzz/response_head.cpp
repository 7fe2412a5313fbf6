// A response's head, in each of its readings.

#include "http/response_head.hpp"

#include "fuzz/target.hpp"
#include "http/response_reader.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  for (const auto kind : {RequestKind::connect, RequestKind::head, RequestKind::other}) {
    const auto parsed = parse_response_head(std::string(text), kind);
    if (const auto* head = std::get_if<ResponseHead>(&parsed))
      fuzz::require(head->status >= 0 && head->status <= 999, "a status has three digits");
    else
      fuzz::require(!std::get<std::string>(parsed).empty(), "a refusal says why");
  }
  status_line_error(text);
  return 0;
}
