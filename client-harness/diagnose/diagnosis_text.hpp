#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/lesson.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::diagnose {

/// One JSON object without a line's end:
/// `{"incident":{...},"verdicts":[...],"remarks":[...]}`; each verdict has `id`, `layer`, `blame`,
/// `connection`, `headline`, `confidence`, `evidence` (an array of objects with `file`, `packet` or
/// `line`, `quote`), `alternatives` (ids), `next` and `remedy`.
std::string to_json(const Diagnosis& diagnosis);
/// The same, piece by piece: a capture may have a hundred thousand connections.
void write_json(const Diagnosis& diagnosis, const std::function<void(std::string_view)>& write);

/// For a person, with the incident first; a verdict of a connection that says the same as the
/// incident is not repeated.
std::string to_text(const Diagnosis& diagnosis, bool colour);

/// A scenario that shows a verdict.
struct Example {
  std::string id;
  std::string title;
};

/// `misproxy verdicts`: a line each, or a JSON object each.
std::string list_text(bool colour);
std::string list_json(const std::function<std::vector<Example>(std::string_view id)>& examples_of);

/// `misproxy explain ID`.
std::string explain_text(const Lesson& lesson, const std::vector<Example>& examples, bool colour);
std::string explain_json(const Lesson& lesson, const std::vector<Example>& examples);

}  // namespace misproxy::diagnose
