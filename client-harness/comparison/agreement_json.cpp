#include "comparison/agreement_json.hpp"

#include <boost/json.hpp>

namespace misproxy::comparison {
namespace {

namespace json = boost::json;

template <class Texts>
json::array strings(const Texts& texts) {
  json::array array;
  for (const auto& text : texts)
    array.emplace_back(text);
  return array;
}

json::value segment_json(const Segment* segment) {
  if (segment == nullptr) return nullptr;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(segment->at).count();
  return {{"at_us", us},
          {"from", segment->from_opener ? "opener" : "responder"},
          {"segment", words(*segment)}};
}

json::object conversation_json(const ConversationPair& each, const std::string& at,
                               const Agreement& agreement) {
  json::array differences;
  for (const auto& pair : each.pairs) {
    if (pair.agrees()) continue;
    differences.push_back({{"kind", word(pair.mark)},
                           {agreement.worlds[0], segment_json(pair.left)},
                           {agreement.worlds[1], segment_json(pair.right)},
                           {"why", why_text(pair, agreement)}});
  }
  return {{"at", at},
          {"connection", each.title},
          {"segments", json::array{each.segments[0], each.segments[1]}},
          {"void_acks", each.of(Pair::Mark::void_ack)},
          {"other_writes", each.of(Pair::Mark::write)},
          {"by_pace", each.of(Pair::Mark::pace)},
          {"differences", std::move(differences)}};
}

}  // namespace

std::string agreement_json(const Agreement& agreement) {
  json::array connections;
  for (const auto& end : agreement.ends) {
    for (const auto& each : end.conversations)
      connections.push_back(conversation_json(each, end.at, agreement));
  }
  const json::object trace_only{{agreement.worlds[0], strings(agreement.only[0])},
                                {agreement.worlds[1], strings(agreement.only[1])}};
  return json::serialize(json::object{{"scenario", agreement.scenario},
                                      {"seed", agreement.seed},
                                      {"worlds", strings(agreement.worlds)},
                                      {"agree", agreement.whole()},
                                      {"plays", agreement.plays},
                                      {"verdicts", strings(agreement.verdicts)},
                                      {"otherwise", strings(agreement.otherwise)},
                                      {"normal_form_only", trace_only},
                                      {"other_sizes", agreement.other_sizes},
                                      {"connections", std::move(connections)}});
}

}  // namespace misproxy::comparison
