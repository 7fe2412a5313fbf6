#include "comparison/agreement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "report/verdict_text.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::comparison {
namespace {

using Key = std::tuple<std::string, std::string, std::size_t>;

Key key_of(const Conversation& each) { return {each.opener, each.responder, each.nth}; }

const Conversation* find(const SegmentLog& log, const Key& key) {
  for (const auto& each : log.conversations()) {
    if (key_of(each) == key) return &each;
  }
  return nullptr;
}

/// Those of the left in their order, and behind them those that the right alone has.
std::vector<Key> keys_of(const SegmentLog& left, const SegmentLog& right) {
  std::vector<Key> keys;
  for (const auto* log : {&left, &right}) {
    for (const auto& each : log->conversations()) {
      if (std::ranges::find(keys, key_of(each)) == keys.end()) keys.push_back(key_of(each));
    }
  }
  return keys;
}

EndPair end_pair(std::string at, const SegmentLog& left, const SegmentLog& right) {
  static const Conversation nothing;
  EndPair end{std::move(at), {}};
  for (const auto& key : keys_of(left, right)) {
    const auto* a = find(left, key);
    const auto* b = find(right, key);
    const auto& [opener, responder, nth] = key;
    auto& pair = end.conversations.emplace_back();
    pair.title = fmt::format("{} > {}{}", opener, responder,
                             nth > 1 ? fmt::format(" #{}", nth) : std::string());
    pair.pairs = side_by_side(a != nullptr ? *a : nothing, b != nullptr ? *b : nothing);
    pair.segments = {a != nullptr ? a->segments.size() : 0, b != nullptr ? b->segments.size() : 0};
  }
  return end;
}

/// As often as one has a line that the other has not.
std::vector<std::string> lines_only_in(const std::vector<std::string>& lines,
                                       const std::vector<std::string>& others) {
  std::map<std::string_view, std::int64_t> counts;
  for (const auto& line : others)
    ++counts[line];
  std::vector<std::string> only;
  for (const auto& line : lines) {
    if (--counts[line] < 0) only.push_back(line);
  }
  return only;
}

/// Of a fault of the path, without the size of the segment that it took: where a stream is cut, the
/// pace decides. Any other line as it is.
std::string but_for_size(std::string line) {
  if (line.find(" router path router injected ") == std::string::npos) return line;
  const auto begin = line.find(" payload_bytes=");
  if (begin == std::string::npos) return line;
  const auto end = line.find(' ', begin + 1);
  return line.erase(begin, end == std::string::npos ? end : end - begin);
}

/// Takes out of both what differs in sizes alone, and counts it.
std::size_t take_out_sizes(std::array<std::vector<std::string>, 2>& only) {
  const auto before = only[0].size();
  std::erase_if(only[0], [&](const std::string& line) {
    const auto same = std::ranges::find_if(only[1], [&](const std::string& other) {
      return but_for_size(line) == but_for_size(other);
    });
    if (same == only[1].end()) return false;
    only[1].erase(same);
    return true;
  });
  return before - only[0].size();
}

void compare_ends(const Side& left, const Side& right, Agreement& told) {
  const auto differs = [&](std::string_view what, const auto& a, const auto& b) {
    if (a != b)
      told.otherwise.push_back(
          fmt::format("{}: {} in {}, {} in {}", what, a, told.worlds[0], b, told.worlds[1]));
  };
  const auto& a = left.result->outcome;
  const auto& b = right.result->outcome;
  differs("verdict", told.verdicts[0], told.verdicts[1]);
  differs("the client's phase", word(a.phase), word(b.phase));
  differs("the client's error", word(a.error), word(b.error));
  differs("http_connect", a.http_connect, b.http_connect);
  differs("http_code", a.http_code, b.http_code);
  differs("bytes", a.bytes, b.bytes);
  differs("attempts", a.attempts, b.attempts);
  for (const auto* side : {&left, &right}) {
    if (side->result->stopped)
      told.otherwise.push_back(fmt::format("{}: {}", side->result->world, *side->result->stopped));
  }
}

}  // namespace

std::size_t ConversationPair::differences() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(pairs, [](const Pair& pair) { return !pair.agrees(); }));
}

std::size_t ConversationPair::of(Pair::Mark mark) const {
  return static_cast<std::size_t>(std::ranges::count(pairs, mark, &Pair::mark));
}

std::size_t EndPair::differences() const {
  std::size_t count = 0;
  for (const auto& each : conversations)
    count += each.differences();
  return count;
}

bool Agreement::whole() const {
  return otherwise.empty() && only[0].empty() && only[1].empty() &&
         std::ranges::all_of(ends, [](const EndPair& end) { return end.differences() == 0; });
}

Agreement agreement_of(const Side& left, const Side& right) {
  Agreement told;
  told.scenario = left.result->scenario;
  told.seed = left.result->seed;
  told.worlds = {left.result->world, right.result->world};
  told.verdicts = {verdict_text(*left.result), verdict_text(*right.result)};
  compare_ends(left, right, told);
  const auto a = normal_form(*left.trace);
  const auto b = normal_form(*right.trace);
  told.only = {lines_only_in(a, b), lines_only_in(b, a)};
  told.other_sizes = take_out_sizes(told.only);
  if (a != b && told.other_sizes == 0 && told.only[0].empty() && told.only[1].empty())
    told.otherwise.emplace_back("the normal form has the same lines in another order");
  if (left.has_packets() && right.has_packets()) {
    told.ends.push_back(end_pair("client", *left.at_client, *right.at_client));
    told.ends.push_back(end_pair("proxy", *left.at_proxy, *right.at_proxy));
  }
  return told;
}

std::string why_text(const Pair& pair, const Agreement& agreement) {
  if (pair.left == nullptr)
    return fmt::format("{} alone has {}", agreement.worlds[1], words(*pair.right));
  if (pair.right == nullptr)
    return fmt::format("{} alone has {}", agreement.worlds[0], words(*pair.left));
  return pair.why;
}

}  // namespace misproxy::comparison
