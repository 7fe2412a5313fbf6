#pragma once

#include <vector>

#include "comparison/side_by_side.hpp"

namespace misproxy::comparison {

/// Marks as `pace` what differs only because programs and machine are faster in one world than in
/// the other. A proxy passes on what it has read by then, so a stream that it forwards is cut by
/// the moment; and what is under way when something is lost, or the connection ends, is a matter of
/// it too. Such a difference is one of these, and no other:
///
/// - data of which the other world sends the same bytes, each as often, in other pieces or at
///   another place among its data. Its largest segment is as large;
/// - an ACK in the midst of a stream which in the other world flows on there without a pause;
/// - an ACK with SACK of a hole, or of bytes that came twice, that the other world tells of too;
/// - another number in the ACK field of a segment that is alike, likewise in the midst of a stream;
/// - the first RST of a side, where the other world has it too, or one that has ended in both
///   answers what was under way to it; and each further one that a segment drew, as long as in both
///   worlds all that came to the dead end drew one;
/// - where both worlds reset, what one of them sent beyond all that the other did, and its ACKs.
///
/// What is sent again, and how often, holes, sizes, flags, options, windows that close, probes,
/// resets, ends and ICMP have to be alike, and so have all pauses.
void excuse_pace(const Conversation& left, const Conversation& right, std::vector<Pair>& pairs);

}  // namespace misproxy::comparison
