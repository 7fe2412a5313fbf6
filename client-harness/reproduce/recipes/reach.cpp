#include <algorithm>

#include "reproduce/recipe.hpp"
#include "reproduce/recipes/parts.hpp"

namespace misproxy::reproduce::recipe {
namespace {

using diagnose::End;

Sketch dropping(const Facts& facts, std::vector<Key> more) {
  auto sketch = frame_of(facts);
  add_fault(sketch, "lost", when(facts, "path", std::move(more)), deed_drop());
  return sketch;
}

Sketch resolving(const Facts& facts, Key deed) {
  auto sketch = frame_of(facts);
  sketch.table("network").set("proxy_name", toml("proxy.example.com"));
  add_fault(sketch, "lookup", when(facts, "lookup"), std::move(deed));
  return sketch;
}

/// As the resolver said it, where the packets tell; a log does not.
std::vector<Sketch> unresolved(const Facts& facts) {
  std::string_view rcode = "nxdomain";
  if (facts.rcode == 2) rcode = "servfail";
  if (facts.rcode == 5) rcode = "refused";
  if (facts.rcode == 0) return {resolving(facts, nested("dns-answer", {}))};
  auto said = key("rcode", toml(rcode));
  said.fixed = true;  // without it the verdict would be the same, and the answer another
  return {resolving(facts, nested("dns-answer", {std::move(said)}))};
}

std::vector<Sketch> dns_unanswered(const Facts& facts) { return {resolving(facts, deed_drop())}; }

std::vector<Sketch> refused(const Facts& facts) {
  auto sketch = frame_of(facts);
  sketch.table("proxy").set("listens", toml(false));
  return {sketch};
}

std::vector<Sketch> unanswered(const Facts& facts) {
  return {dropping(facts, {nested("segment", {key("kind", toml("syn"))})}),
          dropping(facts, {nested("segment", {key("kind", toml("syn_ack"))})})};
}

std::vector<Sketch> connect_lost(const Facts& facts) {
  return {dropping(facts, {key("direction", toml("to_origin")),
                           nested("segment", {key("kind", toml("data"))})})};
}

std::string_view icmp_kind(const Facts& facts) {
  const auto& all = facts.seen.icmp;
  const bool prohibited = std::ranges::any_of(all, [](const diagnose::IcmpSeen& each) {
    return each.type == 3 && (each.code == 9 || each.code == 10 || each.code == 13);
  });
  return prohibited ? "admin-prohibited" : "host-unreachable";
}

Sketch telling(const Facts& facts, std::vector<Key> more) {
  auto sketch = frame_of(facts);
  more.insert(more.begin(), key("direction", toml("to_origin")));
  add_fault(sketch, "unreachable", when(facts, "path", std::move(more)),
            nested("icmp", {key("how", toml("sent")), key("kind", toml(icmp_kind(facts)))}));
  return sketch;
}

std::vector<Sketch> unreachable(const Facts& facts) {
  if (!facts.seen.established) return {telling(facts, {})};
  return {telling(facts, {nested("segment", {key("kind", toml("data"))})})};
}

constexpr Recipe kRecipes[]{
    {"proxy-name-unresolved", unresolved},
    {"dns-unanswered", dns_unanswered},
    {"proxy-refused", refused},
    {"proxy-syn-unanswered", unanswered},
    {"proxy-unreachable", unreachable},
    {"connect-lost", connect_lost},
};

}  // namespace

std::span<const Recipe> reach() { return kRecipes; }

}  // namespace misproxy::reproduce::recipe
