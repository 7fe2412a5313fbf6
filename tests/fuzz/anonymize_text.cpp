// Any text, as it may be shared: it has as many lines, and no credential that it had not.

#include <algorithm>

#include "anonymize/text_copy.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  anonymize::Pseudonyms pseudonyms;
  anonymize::copy_text(text, pseudonyms);
  anonymize::copy_har(text, pseudonyms);
  pseudonyms.settle();
  const auto copied = anonymize::copy_text(text, pseudonyms);
  const bool is_trace = text.find("=> Send ") != std::string_view::npos ||
                        text.find("<= Recv ") != std::string_view::npos;  // is written anew
  if (is_trace) return 0;
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  const auto left =
      static_cast<std::size_t>(std::count(copied.text.begin(), copied.text.end(), '\n'));
  fuzz::require(left <= lines && left + copied.left_out >= lines, "a line stays a line");
  return 0;
}
