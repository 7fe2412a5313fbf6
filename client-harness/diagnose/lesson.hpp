#pragma once

#include <span>
#include <string_view>

#include "diagnose/verdict.hpp"

namespace misproxy::diagnose {

/// What misproxy knows of one verdict: `misproxy explain ID` prints it, `misproxy verdicts` lists
/// it.
struct Lesson {
  std::string_view id = {};
  Layer layer = Layer::none;
  std::string_view blame = {};
  std::string_view title = {};
  std::string_view remedy = {};  // what to do, in the words of someone who fixes it
  std::string_view wire = {};    // what happens on the wire, with tcpdump lines to look for
  std::string_view causes = {};
  std::string_view confirm = {};
};

/// All of them, in the order of a connection's life.
std::span<const Lesson> lessons();

/// Null where no verdict has this id.
const Lesson* find_lesson(std::string_view id);

}  // namespace misproxy::diagnose
