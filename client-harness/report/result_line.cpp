#include "report/result_line.hpp"

#include <boost/json.hpp>

#include "report/json_members.hpp"
#include "report/json_report.hpp"
#include "report/record_json.hpp"

namespace misproxy {
namespace {

namespace json = boost::json;

int int_of(const json::object& object, std::string_view key) {
  return static_cast<int>(number_of(object, key).value_or(0));
}

std::uint64_t count_of(const json::object& object, std::string_view key) {
  return static_cast<std::uint64_t>(number_of(object, key).value_or(0));
}

/// What the report rounds or leaves out.
json::object exact(const RunResult& result) {
  json::object object{{"took_ns", result.took.count()}, {"compared", result.compared}};
  if (result.exec)
    object["exec_ns"] = result.exec->took.count();
  else
    object["time_ns"] = result.outcome.time.count();
  if (!result.injected.empty()) object["injected"] = result.injected;
  if (result.named) {
    object["healthy"] = result.named->healthy;
    object["sealed"] = result.named->sealed;
  }
  return object;
}

Outcome read_outcome(const json::object& object) {
  Outcome outcome;
  outcome.phase = word_of<ClientPhase>(object, "phase").value_or(ClientPhase::resolve);
  outcome.error = word_of<ClientError>(object, "error").value_or(ClientError::none);
  outcome.message = text_of(object, "message");
  outcome.http_connect = int_of(object, "http_connect");
  outcome.http_code = int_of(object, "http_code");
  outcome.bytes = count_of(object, "bytes");
  outcome.sent_bytes = count_of(object, "sent_bytes");
  outcome.redirects = number_of(object, "redirects").value_or(0);
  outcome.attempts = number_of(object, "attempts").value_or(0);
  outcome.curl_exit = int_of(object, "curl_exit");
  return outcome;
}

RunResult::Exec read_exec(const json::object& exec, const json::object& outcome) {
  RunResult::Exec read;
  read.exit = int_of(exec, "exit");
  read.output = text_of(exec, "output");
  read.output_cut = truth_of(exec, "output_cut");
  read.http_connect = number_of(outcome, "http_connect");
  read.http_code = number_of(outcome, "http_code");
  read.attempts = number_of(outcome, "attempts");
  return read;
}

Named read_named(const json::object& verdict, const json::object& exactly) {
  return {text_of(verdict, "id"),
          text_of(verdict, "confidence"),
          texts_of(verdict, "alternatives"),
          text_of(verdict, "headline"),
          truth_of(exactly, "healthy"),
          truth_of(exactly, "sealed")};
}

RunResult read_run(const json::object& run, const json::object& exactly) {
  RunResult result;
  result.scenario = text_of(run, "scenario");
  result.world = text_of(run, "world");
  result.client = text_of(run, "client");
  result.seed = count_of(run, "seed");
  result.offset = number_of(run, "offset");
  result.fired = texts_of(run, "fired");
  result.mismatches = texts_of(run, "mismatches");
  result.compared = truth_of(exactly, "compared");
  if (run.contains("stopped")) result.stopped = text_of(run, "stopped");
  if (const auto* verdict = object_at(run, "verdict")) result.named = read_named(*verdict, exactly);
  result.injected = text_of(exactly, "injected");
  result.trace_digest = text_of(run, "trace_digest");
  result.bytes_digest = text_of(run, "bytes_digest");
  result.took = Duration{number_of(exactly, "took_ns").value_or(0)};
  const auto* outcome = object_at(run, "outcome");
  const auto* exec = object_at(run, "exec");
  if (outcome != nullptr && exec == nullptr) {
    result.outcome = read_outcome(*outcome);
    result.outcome.time = Duration{number_of(exactly, "time_ns").value_or(0)};
  } else if (outcome != nullptr) {
    result.exec = read_exec(*exec, *outcome);
    result.exec->took = Duration{number_of(exactly, "exec_ns").value_or(0)};
  }
  if (const auto* record = object_at(run, "record")) result.record = read_record(*record);
  return result;
}

}  // namespace

std::string result_line(std::uint64_t index, const RunResult& result) {
  return json::serialize(
      json::object{{"run", index}, {"result", run_object(result)}, {"exactly", exact(result)}});
}

std::optional<IndexedResult> read_result_line(std::string_view line) {
  boost::system::error_code error;
  const auto value = json::parse(line, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto index = number_of(*object, "run");
  const auto* result = object_at(*object, "result");
  const auto* exactly = object_at(*object, "exactly");
  if (!index || *index < 0 || result == nullptr || exactly == nullptr) return std::nullopt;
  return IndexedResult{static_cast<std::uint64_t>(*index), read_run(*result, *exactly)};
}

}  // namespace misproxy
