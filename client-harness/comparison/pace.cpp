#include "comparison/pace.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "comparison/resets.hpp"
#include "comparison/way.hpp"

namespace misproxy::comparison {
namespace {

struct Hole {
  std::int64_t begin;
  std::int64_t end;
  bool came_twice = false;  // RFC 2883: no hole, but the first block tells what came again
};

Hole hole_of(const Segment& ack) {
  const auto& first = ack.sack.front();
  if (first.first < ack.ack) return {first.first, first.second, true};
  const auto least = std::ranges::min_element(ack.sack)->first;
  return {*ack.ack, least};
}

bool is_plain_data(const Segment& segment) {
  return segment.length > 0 && (segment.flags == "." || segment.flags == "P.");
}

/// One world's view of a conversation.
struct View {
  explicit View(const Conversation& conversation)
      : ways{Way(conversation, false), Way(conversation, true)},
        resets{Resets(conversation, false), Resets(conversation, true)},
        is_reset(resets[0].any() || resets[1].any()) {}
  const Way& way(bool from_opener) const { return ways[from_opener ? 1 : 0]; }
  const Resets& resets_of(bool from_opener) const { return resets[from_opener ? 1 : 0]; }
  /// A segment without bytes and with this flag.
  bool says(bool from_opener, char flag) const {
    return std::ranges::any_of(way(from_opener).others(), [flag](const Segment* each) {
      return each->flags.find(flag) != std::string::npos;
    });
  }

  std::array<Way, 2> ways;
  std::array<Resets, 2> resets;
  bool is_reset;
};

class Excuses {
 public:
  Excuses(const View& own, const View& other) : own_(own), other_(other) {}

  bool holds_for(const Segment& segment) const {
    if (segment.is_icmp) return false;
    if (is_plain_data(segment)) return data(segment);
    if (segment.is_bare_ack()) return segment.sack.empty() ? ack(segment) : sack(segment);
    if (segment.length > 0) return false;
    return is_reset(segment) ? is_reset_there(segment) : cut_short(segment);
  }
  /// Of one whose ACK field alone is another.
  bool number_holds(const Segment& segment) const {
    const auto& stream = other_.way(!segment.from_opener);
    return segment.ack && (stream.flows_through(*segment.ack) || is_beyond(stream, *segment.ack));
  }

 private:
  bool is_beyond(const Way& there, std::int64_t place) const {
    return own_.is_reset && other_.is_reset && place >= there.end();
  }
  bool data(const Segment& segment) const {
    const auto& here = own_.way(segment.from_opener);
    const auto& there = other_.way(segment.from_opener);
    if (here.largest() != there.largest()) return false;
    const auto end = segment.seq + segment.length;
    return here.same_sendings(there, segment.seq, end) || is_beyond(there, segment.seq);
  }
  bool ack(const Segment& segment) const { return !segment.no_room && number_holds(segment); }
  bool sack(const Segment& segment) const {
    const auto hole = hole_of(segment);
    return std::ranges::any_of(other_.way(segment.from_opener).sacks(), [&](const Segment* each) {
      const auto there = hole_of(*each);
      return there.came_twice == hole.came_twice && there.begin < hole.end &&
             hole.begin < there.end;
    });
  }
  /// Whether the kernel or a program is first with it, before or behind a FIN, is a matter of pace.
  /// Each further one answers a segment that was still under way, and in both worlds what came
  /// drew as many as it should.
  bool is_reset_there(const Segment& segment) const {
    const bool opener = segment.from_opener;
    const auto& own = own_.resets_of(opener);
    const bool drawn = own.is_drawn(segment);
    if (!own.is_first(segment))
      return drawn && own.undrawn() == other_.resets_of(opener).undrawn() &&
             (other_.is_reset || other_.says(opener, 'F'));
    if (drawn && (other_.is_reset || other_.says(opener, 'F'))) return true;
    return std::ranges::any_of(other_.way(opener).others(), [&](const Segment* each) {
      return is_reset(*each) && std::abs(each->seq - segment.seq) <= 1;
    });
  }
  /// A FIN that its program has come to say, or not, before a RST.
  bool cut_short(const Segment& segment) const {
    return segment.flags.find('F') != std::string::npos && own_.is_reset && other_.is_reset;
  }

  const View& own_;
  const View& other_;
};

bool is_alike_but_for_ack(const Segment& left, const Segment& right) {
  auto copy = right;
  copy.ack = left.ack;
  return left.ack && right.ack && left.sack == right.sack && alike_but_for_push(left, copy);
}

}  // namespace

void excuse_pace(const Conversation& left, const Conversation& right, std::vector<Pair>& pairs) {
  const View a(left);
  const View b(right);
  const Excuses of_left(a, b);
  const Excuses of_right(b, a);
  for (auto& pair : pairs) {
    if (pair.mark != Pair::Mark::differs) continue;
    const bool one_number = pair.left != nullptr && pair.right != nullptr &&
                            is_alike_but_for_ack(*pair.left, *pair.right);
    const bool holds = one_number
                           ? of_left.number_holds(*pair.left) && of_right.number_holds(*pair.right)
                           : (pair.left == nullptr || of_left.holds_for(*pair.left)) &&
                                 (pair.right == nullptr || of_right.holds_for(*pair.right));
    if (holds) pair.mark = Pair::Mark::pace;
  }
}

}  // namespace misproxy::comparison
