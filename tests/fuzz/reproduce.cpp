// Evidence of which nothing is known, up to the scenarios that are made of it: whatever it holds,
// none is one that `check` refuses.

#include "reproduce/reproduce.hpp"

#include "diagnose/read_evidence.hpp"
#include "fuzz/target.hpp"
#include "reproduce/reproduction_text.hpp"
#include "scenario/loader.hpp"

using namespace misproxy;

namespace {

bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e))
      return false;
  }
  return true;
}

void require_good(const reproduce::Seen& seen, bool keep_names) {
  const auto made = reproduce::reproduce(seen, {std::nullopt, keep_names});
  fuzz::require(!made.healthy || made.all.empty(), "of healthy evidence there is no scenario");
  for (const auto& each : made.all) {
    fuzz::require(each.scenario.empty() != each.why_not.empty(), "a scenario, or a reason");
    if (each.scenario.empty()) continue;
    fuzz::require(load_scenario("made.toml", each.scenario).problems.empty(),
                  "no scenario is one that check refuses");
    fuzz::require(is_printable(each.scenario), "nothing of the evidence is unescaped");
  }
  fuzz::require(!reproduce::to_text(made, {}).empty(), "something is said");
  fuzz::require(!reproduce::to_json(made, {}).empty(), "something is said in JSON");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  auto read = diagnose::read_evidence({{"fuzz", fuzz::text_of(bytes, count)}}, nullptr,
                                      diagnose::Keep::failures);
  auto* shown = std::get_if<diagnose::Observations>(&read);
  if (shown == nullptr) return 0;
  const reproduce::Seen seen(std::move(*shown));
  require_good(seen, false);
  require_good(seen, true);
  return 0;
}
