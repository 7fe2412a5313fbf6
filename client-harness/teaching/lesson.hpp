#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "core/words.hpp"

namespace misproxy::teaching {

/// What a run of the student's shows: what the command said, what passed the wire at the client's
/// end (as `capture text --article` prints it), or the id of what the diagnosis made of that.
enum class Part { output, wire, verdict };

}  // namespace misproxy::teaching

namespace misproxy {

template <>
struct WordsOf<teaching::Part> {
  static constexpr std::array<std::string_view, 3> words{"output", "wire", "verdict"};
};

}  // namespace misproxy

namespace misproxy::teaching {

/// What to look for. `pattern`: a regular expression (ECMAScript) that a line has to hold.
struct Look {
  std::string pattern;
  std::string means;
  Part in = Part::output;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("pattern", pattern);
    v.required("means", means);
    v.optional("in", in);
  }
};

/// A question, whose answer the student's own run has: `capture` is a regular expression whose
/// first group is the answer (`last`: in the last line that fits, not in the first), `count` one of
/// which the answer is the number of lines that fit, `holds` one that some line holds (yes) or none
/// (no).
struct Question {
  std::string ask;
  std::optional<std::string> capture;
  std::optional<std::string> count;
  std::optional<std::string> holds;
  Part in = Part::output;
  bool last = false;
  std::string hint;
  std::string why;  // said behind the right answer

  const std::string& pattern() const { return capture ? *capture : count ? *count : *holds; }

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("ask", ask);
    v.optional("capture", capture);
    v.optional("count", count);
    v.optional("holds", holds);
    v.optional("in", in);
    v.optional("last", last);
    v.required("hint", hint);
    v.required("why", why);
    const int forms = (capture ? 1 : 0) + (count ? 1 : 0) + (holds ? 1 : 0);
    v.check_together("ask", forms == 1,
                     "where is the answer? One of `capture`, `count` and `holds` says it");
  }
};

/// Something to know, a command to try, what to look for in it, and questions on it.
struct Step {
  std::string scenario;  // of its lab; empty: the lesson's
  std::string know;
  std::string run;  // for the shell of the lab
  std::vector<Look> looks;
  std::vector<Question> questions;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("scenario", scenario);
    v.required("know", know);
    v.required("run", run);
    v.required("see", looks);
    v.optional("question", questions);
  }
};

/// A lesson of `misproxy learn`: a file of scenarios/lessons/.
struct Lesson {
  static constexpr std::int64_t kFormat = 1;

  std::string id;
  std::string title;
  std::string article;   // the section that it is about; empty: the article leaves it out
  std::string scenario;  // of the lab
  std::string know;
  std::vector<Step> steps;
  std::string summary;

  const std::string& scenario_of(const Step& step) const {
    return step.scenario.empty() ? scenario : step.scenario;
  }

  template <class Visitor>
  void visit(Visitor& v) {
    std::int64_t format = kFormat;
    v.required("lesson", format, Range{kFormat, kFormat});
    v.required("id", id);
    v.required("title", title);
    v.optional("article", article);
    v.required("scenario", scenario);
    v.required("know", know);
    v.required("summary", summary);
    v.required("step", steps);
  }
};

}  // namespace misproxy::teaching
