#include "virtual/flow_numbers.hpp"

namespace misproxy::simulated {

bool FlowNumbers::pass(Direction direction, const TcpSegment& segment) {
  const bool opens = segment.syn && !segment.has_ack;
  if (opens && way(direction).start != segment.seq) ways_ = {};  // the ports are used once more
  auto& here = way(direction);
  const bool first = !here.start || (segment.syn && *here.start != segment.seq);
  if (first) here = {segment.syn ? segment.seq : segment.seq - 1, {segment.seq, 0, {}}};
  auto& said = here.said;
  const auto end = segment.seq + segment.length();
  const bool fresh = first || static_cast<std::int32_t>(end - said.next) > 0;
  if (fresh) said.next = end;
  said.window = segment.window;
  if (segment.timestamps) said.timestamps = segment.timestamps;
  auto& there = way(opposite(direction));
  if (segment.has_ack && !segment.rst && !there.start)
    there = {segment.ack - 1, {segment.ack, 0, {}}};
  return fresh || segment.length() == 0;
}

}  // namespace misproxy::simulated
