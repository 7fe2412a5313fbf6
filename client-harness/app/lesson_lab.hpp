#pragma once

#include <string>
#include <variant>

#include "app/lab_room.hpp"
#include "scenario/scenario.hpp"
#include "teaching/showing.hpp"

namespace misproxy::app {

/// The labs of a lesson: each command has one of its own, and what it showed is kept.
class LessonLab {
 public:
  explicit LessonLab(LabRoom& room) : room_(room) {}

  /// Runs a command line in the lab of a bundled scenario; the student sees its output as it comes.
  /// On an error, a sentence.
  std::variant<teaching::Showing, std::string> run(const std::string& scenario,
                                                   const std::string& command);
  /// A shell there, whose output is the student's alone; what passed the wire is kept.
  std::variant<teaching::Showing, std::string> shell(const std::string& scenario);

 private:
  std::variant<teaching::Showing, std::string> play(const std::string& scenario,
                                                    std::vector<std::string> words);

  LabRoom& room_;
};

}  // namespace misproxy::app
