#include <algorithm>

#include "core/ascii.hpp"
#include "reproduce/recipe.hpp"
#include "reproduce/recipes/parts.hpp"

namespace misproxy::reproduce::recipe {
namespace {

using diagnose::End;

/// Flaky where some attempts worked: the origin shows another in those that failed.
Sketch showing(const Facts& facts, std::string_view kind) {
  auto sketch = frame_of(facts);
  if (facts.failing.empty()) {
    sketch.table("origin").set("certificate", toml(kind));
  } else {
    add_fault(sketch, "other", when(facts, "upstream-connect"),
              nested("certificate", {key("kind", toml(kind))}));
  }
  return sketch;
}

Sketch inspecting(const Facts& facts) {
  auto sketch = frame_of(facts);
  add_fault(sketch, "inspection", when(facts, "upstream-connect"),
            nested("inspect", {key("ca", toml("untrusted"))}));
  return sketch;
}

std::vector<Sketch> one_kind(const Facts& facts, std::string_view kind, int description) {
  const auto told = told_by_server(facts);
  if (told != 0) return {alerting(facts, told), showing(facts, kind)};
  return {showing(facts, kind), alerting(facts, description)};
}

std::vector<Sketch> expired(const Facts& facts) { return one_kind(facts, "expired", 45); }
std::vector<Sketch> early(const Facts& facts) { return {showing(facts, "not-yet-valid")}; }
std::vector<Sketch> other_host(const Facts& facts) { return {showing(facts, "wrong-host")}; }
std::vector<Sketch> revoked(const Facts& facts) { return {alerting(facts, 44)}; }

std::vector<Sketch> untrusted(const Facts& facts) {
  if (const auto told = told_by_server(facts); told != 0) return {alerting(facts, told)};
  const bool inspected = holds_in_any_case(facts.seen.tls.issuer, "inspect");
  const bool self = holds_in_any_case(facts.seen.tls.verify_error, "self");
  if (inspected) return {inspecting(facts), showing(facts, "untrusted-ca")};
  if (self) return {showing(facts, "self-signed"), showing(facts, "untrusted-ca")};
  return {showing(facts, "untrusted-ca"), inspecting(facts), showing(facts, "self-signed"),
          alerting(facts, 48)};
}

std::vector<Sketch> refused(const Facts& facts) {
  if (const auto told = told_by_server(facts); told != 0) return {alerting(facts, told)};
  return {showing(facts, "untrusted-ca"), showing(facts, "wrong-host"), showing(facts, "weak-key"),
          alerting(facts, 42)};
}

constexpr Recipe kRecipes[]{
    {"tls-cert-expired", expired},       {"tls-cert-not-yet-valid", early},
    {"tls-cert-wrong-host", other_host}, {"tls-cert-revoked", revoked},
    {"tls-untrusted-ca", untrusted},     {"tls-cert-refused", refused},
};

}  // namespace

std::span<const Recipe> certificate() { return kRecipes; }

}  // namespace misproxy::reproduce::recipe
