#include "teaching/load_lesson.hpp"

#include <fmt/format.h>

#include <regex>
#include <set>

#include "core/ensure.hpp"
#include "core/nearest.hpp"
#include "plan/worlds.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"
#include "scenario/toml_document.hpp"

namespace misproxy::teaching {
namespace {

constexpr std::size_t kLongestPattern = 300;  // std::regex recurses

/// Finds in the lines of the file what a value says, for values that only their meaning makes
/// wrong.
class Critic {
 public:
  Critic(std::string file, std::string_view text) : file_(std::move(file)) {
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      lines_.emplace_back(text.substr(at, end - at));
      at = end + 1;
    }
  }

  void judge(const Lesson& lesson) {
    judge_scenario(lesson.scenario);
    if (lesson.steps.empty()) report("lesson", "a lesson without a [[step]]", "");
    for (const auto& step : lesson.steps) {
      if (!step.scenario.empty()) judge_scenario(step.scenario);
      if (step.looks.empty()) report(step.run, "a step with nothing to [[step.see]]", "");
      for (const auto& look : step.looks)
        judge_pattern(look.pattern, 0);
      for (const auto& question : step.questions)
        judge_pattern(question.pattern(), question.capture ? 1 : 0);
    }
  }

  std::vector<Diagnostic> take() { return std::move(problems_); }

 private:
  void judge_scenario(const std::string& id) {
    std::vector<std::string_view> ids;
    for (const auto& each : bundled_scenarios()) {
      ids.push_back(each.id());
      if (each.id() != id) continue;
      const auto why = why_not_lab(load_scenario(id, each.text).scenario);
      if (why) report(id, fmt::format("no lab can play `{}`: {}", id, *why), "");
      return;
    }
    const auto close = nearest(id, ids);
    report(id, fmt::format("no scenario `{}` comes with misproxy", id),
           close ? fmt::format("did you mean `{}`?", *close) : "`misproxy list` lists them");
  }

  void judge_pattern(const std::string& pattern, unsigned groups) {
    if (pattern.size() > kLongestPattern) {
      return report(pattern, fmt::format("a pattern of over {} characters", kLongestPattern),
                    "look for less");
    }
    try {
      const std::regex read(pattern);
      if (read.mark_count() < groups)
        report(pattern, "the answer is what a group holds, and there is none", "put it in (...)");
    } catch (const std::regex_error& error) {
      report(pattern, fmt::format("no regular expression: {}", error.what()), "");
    }
  }

  void report(const std::string& value, std::string message, std::string hint) {
    Diagnostic diagnostic;
    diagnostic.file = file_;
    const auto first = value.substr(0, value.find('\n'));
    diagnostic.line = diagnostic.column = 1;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto at = lines_[i].find(first);
      if (first.empty() || at == std::string::npos) continue;
      diagnostic.line = i + 1;
      diagnostic.column = at + 1;
      diagnostic.length = first.size();
      break;
    }
    diagnostic.source_line = lines_[diagnostic.line - 1];
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    problems_.push_back(std::move(diagnostic));
  }

  std::string file_;
  std::vector<std::string> lines_;
  std::vector<Diagnostic> problems_;
};

}  // namespace

LoadedLesson load_lesson(std::string file, std::string_view text) {
  LoadedLesson loaded;
  TomlDocument document(file, text);
  auto root = document.root();
  loaded.lesson.visit(root);
  root.finish();
  loaded.problems = document.take_diagnostics();
  if (!loaded.problems.empty()) return loaded;
  Critic critic(std::move(file), text);
  critic.judge(loaded.lesson);
  loaded.problems = critic.take();
  return loaded;
}

bool is_lesson(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    if (line.starts_with("lesson")) return true;
    if (line.starts_with("schema") || line.starts_with("[")) return false;
    at = end + 1;
  }
  return false;
}

const std::vector<Lesson>& course() {
  static const auto lessons = [] {
    std::vector<Lesson> all;
    for (const auto& each : bundled_lessons()) {
      auto loaded = load_lesson(std::string(each.path), each.text);
      ensure(loaded.problems.empty(), "a lesson that comes with misproxy is wrong");
      all.push_back(std::move(loaded.lesson));
    }
    return all;
  }();
  return lessons;
}

}  // namespace misproxy::teaching
