#include "report/verdict_text.hpp"

#include <fmt/format.h>

namespace misproxy {
namespace {

constexpr std::size_t kMostAlternatives = 2;  // in a table's cell

std::string alternatives_text(const Named& named) {
  std::string text;
  std::size_t told = 0;
  std::size_t more = 0;
  for (const auto& id : named.alternatives) {
    if (id == named.id) continue;
    if (told == kMostAlternatives) {
      ++more;
    } else {
      text += (told++ == 0 ? "" : ", ") + id;
    }
  }
  if (more > 0) text += fmt::format(", {} more", more);
  return text.empty() ? text : " (" + text + ")";
}

}  // namespace

std::string verdict_text(const RunResult& result) {
  if (!result.named) return {};
  const auto& named = *result.named;
  if (named.confidence == "ambiguous") return named.id + "?" + alternatives_text(named);
  const bool contradicted = named.healthy && result.client_failed();
  return named.id + (contradicted ? ", but the client failed" : "");
}

}  // namespace misproxy
