#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"healthy", Layer::none, "nobody", "Nothing failed", "Nothing to do."},
    {"healthy-recovered", Layer::none, "nobody", "Trouble on the way, and the transfer recovered",
     "Nothing failed; look for the cause if it comes often: a small MTU, a full link."},
    {"not-enough-evidence", Layer::none, "nobody", "The evidence does not show what happened",
     "Take a capture at the client with whole packets (`tcpdump -i any -s 0 -w`), and `curl -v`."},
});

}  // namespace

std::span<const Lesson> healthy() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
