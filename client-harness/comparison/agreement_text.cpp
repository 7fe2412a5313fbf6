#include "comparison/agreement_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/colour.hpp"
#include "pictures/ladder_text.hpp"

namespace misproxy::comparison {
namespace {

constexpr std::size_t kMargin = 21;   // marks and times, of both
constexpr std::size_t kContext = 6;   // rows that are told around one that differs
constexpr std::size_t kWorthIt = 24;  // a shorter run of equal rows stays whole

char mark_of(const Pair& pair) {
  switch (pair.mark) {
    case Pair::Mark::equal:
      return ' ';
    case Pair::Mark::differs:
      return '!';
    case Pair::Mark::time:
      return 't';
    case Pair::Mark::void_ack:
      return '~';
    case Pair::Mark::write:
      return 'p';
    case Pair::Mark::pace:
      return 'c';
  }
  return ' ';
}

std::string half(const Segment* segment, std::size_t width) {
  if (segment == nullptr) return fmt::format("{:>8} {:<{}}", "", "", width);
  using pictures::Lane;
  pictures::Row row;
  row.kind = segment->is_icmp ? pictures::Row::Kind::remark : pictures::Row::Kind::arrow;
  row.from = segment->from_opener ? Lane::client : Lane::proxy;
  row.to = segment->from_opener ? Lane::proxy : Lane::client;
  if (segment->is_icmp) row.from = Lane::client;
  row.label = words(*segment);
  if (!segment->carries.empty()) row.label += "  " + segment->carries;
  const auto seconds = std::chrono::duration<double>(segment->at).count();
  return fmt::format("{:>8.3f} {:<{}}", seconds, pictures::rung_text(row, width), width);
}

class Drawing {
 public:
  Drawing(const Agreement& agreement, const DrawingWish& wish)
      : agreement_(agreement), wish_(wish), width_((wish.columns - kMargin) / 2) {}

  std::string text() {
    head();
    if (wish_.ladders) {
      for (const auto& end : agreement_.ends) {
        for (const auto& each : end.conversations)
          ladder(end, each);
      }
    }
    return std::move(text_);
  }

 private:
  void line(std::string text, std::string_view paint = {}) {
    text.erase(text.find_last_not_of(' ') + 1);
    text_ += painted(text, paint, wish_.colour && !paint.empty());
    text_ += '\n';
  }

  void head() {
    const bool agree = agreement_.whole();
    const auto& [left, right] = agreement_.worlds;
    const auto plays =
        agreement_.plays > 1 ? fmt::format(" (play {})", agreement_.plays) : std::string();
    line(fmt::format("{}, seed {}: {} and {} {}{}", agreement_.scenario, agreement_.seed, left,
                     right, agree ? "agree" : "DIFFER", plays),
         agree ? kBold : kRed);
    line(fmt::format("    verdict: {}", agreement_.verdicts[0]));
    for (const auto& sentence : agreement_.otherwise)
      line("  ! " + sentence, kRed);
    normal_form();
    for (const auto& end : agreement_.ends)
      sums(end);
  }

  void normal_form() {
    const auto& only = agreement_.only;
    if (only[0].empty() && only[1].empty()) {
      return line(
          agreement_.other_sizes == 0
              ? "    normal form of the trace: equal"
              : fmt::format("    normal form of the trace: equal but for the size of {} segments "
                            "that a fault took",
                            agreement_.other_sizes));
    }
    line("  ! normal form of the trace:", kRed);
    for (const std::size_t side : {0U, 1U}) {
      for (const auto& each : only.at(side))
        line(fmt::format("      {} alone: {}", agreement_.worlds.at(side), each), kRed);
    }
  }

  void sums(const EndPair& end) {
    for (const auto& each : end.conversations) {
      const auto differ = each.differences();
      auto text = fmt::format("  {} at the {}, {}: {} and {} segments", differ > 0 ? '!' : ' ',
                              end.at, each.title, each.segments[0], each.segments[1]);
      text += differ > 0 ? fmt::format(", {} otherwise", differ) : std::string(", alike");
      if (const auto count = each.of(Pair::Mark::void_ack); count > 0)
        text += fmt::format(", {} void ACKs", count);
      if (const auto count = each.of(Pair::Mark::write); count > 0)
        text += fmt::format(", {} PSH", count);
      if (const auto count = each.of(Pair::Mark::pace); count > 0)
        text += fmt::format(", {} by pace", count);
      line(text, differ > 0 ? kRed : std::string_view());
    }
  }

  void ladder(const EndPair& end, const ConversationPair& conversation) {
    line("");
    line(fmt::format("at the {}: {}", end.at, conversation.title), kBold);
    line(fmt::format("{:>11}{:<{}} {:>9}{}", "", agreement_.worlds[0], width_, "",
                     agreement_.worlds[1]));
    const auto& pairs = conversation.pairs;
    for (std::size_t at = 0; at < pairs.size();) {
      const auto run = equal_run(pairs, at);
      const auto begin = at == 0 ? 0 : kContext;
      if (wish_.whole || run < kWorthIt + begin) {
        row(pairs[at++]);
        for (; run > 0 && at < pairs.size() && pairs[at].mark == Pair::Mark::equal; ++at)
          row(pairs[at]);
        continue;
      }
      for (std::size_t i = 0; i < begin; ++i)
        row(pairs[at + i]);
      const auto left_out = run - begin - (at + run == pairs.size() ? 0 : kContext);
      line(fmt::format("{:>11}({} more that are alike)", "", left_out));
      at += begin + left_out;
      for (; at < pairs.size() && pairs[at].mark == Pair::Mark::equal; ++at)
        row(pairs[at]);
    }
  }

  static std::size_t equal_run(const std::vector<Pair>& pairs, std::size_t from) {
    auto at = from;
    while (at < pairs.size() && pairs[at].mark == Pair::Mark::equal)
      ++at;
    return at - from;
  }

  void row(const Pair& pair) {
    const auto paint = pair.agrees() ? std::string_view() : kRed;
    line(fmt::format("{} {} {}", mark_of(pair), half(pair.left, width_), half(pair.right, width_)),
         paint);
    if (!pair.agrees()) line(fmt::format("{:>11}{}", "", why_text(pair, agreement_)), paint);
  }

  const Agreement& agreement_;
  const DrawingWish& wish_;
  std::size_t width_;
  std::string text_;
};

}  // namespace

std::string agreement_text(const Agreement& agreement, const DrawingWish& wish) {
  auto clamped = wish;
  clamped.columns = std::clamp(wish.columns, pictures::kLeastColumns, pictures::kMostColumns);
  return Drawing(agreement, clamped).text();
}

std::string_view agreement_marks() {
  return "! differs  t in time  ~ a void ACK  p PSH: where a write ended\n"
         "c by pace: the same bytes, holes and resendings, cut or told elsewhere\n";
}

}  // namespace misproxy::comparison
