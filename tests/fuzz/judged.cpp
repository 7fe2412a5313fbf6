#include "fuzz/judged.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "diagnose/diagnose.hpp"
#include "diagnose/diagnosis_text.hpp"
#include "diagnose/report_observer.hpp"
#include "fuzz/target.hpp"

namespace misproxy::fuzz {
namespace {

// 300 bytes, each of which may become `\xhh`, and what says that the line goes on.
constexpr std::size_t kMostQuote = 4 * 300 + 3;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

void require_good_verdict(const diagnose::Verdict& verdict) {
  require(diagnose::find_lesson(verdict.id) != nullptr, "every verdict has a lesson");
  for (const auto& id : verdict.alternatives)
    require(diagnose::find_lesson(id) != nullptr, "every alternative has a lesson");
  require(!verdict.headline.empty(), "every verdict has a headline");
  for (const auto& text : {verdict.headline, verdict.connection}) {
    require(std::none_of(text.begin(), text.end(), is_control),
            "no text of a verdict holds control characters");
  }
  for (const evidence::Citation where : verdict.evidence) {
    require(where.quote.size() <= kMostQuote, "a quote is short");
    require(std::none_of(where.quote.begin(), where.quote.end(), is_control),
            "a quote holds no control characters");
  }
}

}  // namespace

void require_good_diagnosis(const diagnose::Observations& seen) {
  const auto diagnosis = diagnose::diagnose(seen);
  require_good_verdict(diagnosis.incident);
  for (const auto& verdict : diagnosis.verdicts)
    require_good_verdict(verdict);
  boost::system::error_code wrong;
  boost::json::parse(diagnose::to_json(diagnosis), wrong);
  require(!wrong, "a diagnosis is valid JSON, and so valid UTF-8");
  require(!diagnose::to_text(diagnosis, true).empty(), "a diagnosis says something");
}

void require_good_diagnosis(std::vector<evidence::ClientReport> reports) {
  diagnose::Observations seen;
  seen.reports = std::move(reports);
  diagnose::observe_reports(seen);
  require_good_diagnosis(seen);
}

}  // namespace misproxy::fuzz
