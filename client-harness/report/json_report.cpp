#include "report/json_report.hpp"

#include <boost/json.hpp>

#include "core/utf8.hpp"
#include "report/record_json.hpp"
#include "report/verdict_text.hpp"

namespace misproxy {
namespace {

boost::json::array strings(const std::vector<std::string>& texts) {
  boost::json::array array;
  for (const auto& text : texts)
    array.emplace_back(text);
  return array;
}

boost::json::object outcome_json(const Outcome& outcome) {
  return {{"phase", word(outcome.phase)},
          {"error", word(outcome.error)},
          {"message", outcome.message},
          {"http_connect", outcome.http_connect},
          {"http_code", outcome.http_code},
          {"bytes", outcome.bytes},
          {"sent_bytes", outcome.sent_bytes},
          {"redirects", outcome.redirects},
          {"attempts", outcome.attempts},
          {"time_us", std::chrono::duration_cast<std::chrono::microseconds>(outcome.time).count()},
          {"curl_exit", outcome.curl_exit}};
}

boost::json::value known(const std::optional<std::int64_t>& number) {
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

/// The same of somebody's program: what only the client knows is null.
boost::json::object outcome_json(const RunResult::Exec& exec) {
  return {{"phase", nullptr},
          {"error", nullptr},
          {"message", nullptr},
          {"http_connect", known(exec.http_connect)},
          {"http_code", known(exec.http_code)},
          {"bytes", nullptr},
          {"sent_bytes", nullptr},
          {"redirects", nullptr},
          {"attempts", known(exec.attempts)},
          {"time_us", std::chrono::duration_cast<std::chrono::microseconds>(exec.took).count()},
          {"curl_exit", nullptr}};
}

boost::json::object exec_json(const RunResult::Exec& exec) {
  return {{"exit", exec.exit},
          {"output", as_utf8(exec.output)},
          {"output_cut", exec.output_cut},
          {"time_us", std::chrono::duration_cast<std::chrono::microseconds>(exec.took).count()}};
}

}  // namespace

boost::json::object run_object(const RunResult& result) {
  boost::json::object object{{"scenario", result.scenario},
                             {"world", result.world},
                             {"client", result.client},
                             {"seed", result.seed}};
  if (result.offset) object["offset"] = *result.offset;
  const auto judged = result.judged();
  object["ok"] = judged == RunResult::Judged::nothing_expected ? boost::json::value(nullptr)
                                                               : boost::json::value(result.ok());
  object["result"] = word(judged);
  if (result.exec) object["exec"] = exec_json(*result.exec);
  if (result.record) object["record"] = record_json(*result.record);
  object["outcome"] = result.exec ? outcome_json(*result.exec) : outcome_json(result.outcome);
  object["fired"] = strings(result.fired);
  object["mismatches"] = strings(result.mismatches);
  if (result.stopped) object["stopped"] = *result.stopped;
  if (result.named) {
    object["verdict"] = {{"id", result.named->id},
                         {"confidence", result.named->confidence},
                         {"alternatives", strings(result.named->alternatives)},
                         {"headline", result.named->headline},
                         {"shown", verdict_text(result)}};
    if (!result.injected.empty()) object["injected"] = result.injected;
  }
  object["trace_digest"] = result.trace_digest;
  if (!result.bytes_digest.empty()) object["bytes_digest"] = result.bytes_digest;
  object["took_us"] = std::chrono::duration_cast<std::chrono::microseconds>(result.took).count();
  return object;
}

std::string run_json(const RunResult& result) { return boost::json::serialize(run_object(result)); }

std::string range_json(const SweepRange& range) {
  return boost::json::serialize(boost::json::object{{"scenario", range.scenario},
                                                    {"seed", range.seed},
                                                    {"from", range.from},
                                                    {"to", range.to},
                                                    {"runs", range.runs},
                                                    {"outcome", range.outcome}});
}

}  // namespace misproxy
