#include "probe/probe_text.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/colour.hpp"
#include "diagnose/diagnosis_text.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::probe {
namespace {

namespace json = boost::json;

std::int64_t us(Duration time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

json::array checks_json(const std::vector<SettingCheck>& checks) {
  json::array array;
  for (const auto& each : checks) {
    array.push_back(
        {{"what", each.what}, {"level", word(each.level)}, {"sentence", each.sentence}});
  }
  return array;
}

json::array steps_json(const std::vector<ProbeStep>& steps) {
  json::array array;
  for (const auto& each : steps) {
    array.push_back({{"step", each.name},
                     {"ok", each.ok},
                     {"text", each.text},
                     {"at_us", us(each.at)},
                     {"took_us", us(each.took)}});
  }
  return array;
}

json::object outcome_json(const ProbeResult& result) {
  const auto& outcome = result.outcome;
  return {{"phase", word(outcome.phase)},
          {"error", word(outcome.error)},
          {"message", evidence::printable(outcome.message)},
          {"http_connect", outcome.http_connect},
          {"http_code", outcome.http_code},
          {"bytes", outcome.bytes},
          {"time_us", us(outcome.time)},
          {"curl_exit", outcome.curl_exit},
          {"interrupted", result.interrupted}};
}

}  // namespace

std::string check_text(const SettingCheck& check, bool colour) {
  if (check.level == SettingCheck::Level::ok) {
    return fmt::format("{}  {}: {}\n", painted("ok", kGreen, colour), check.what, check.sentence);
  }
  const auto paint = check.level == SettingCheck::Level::warning ? kYellow : kRed;
  return fmt::format("{}: {}: {}\n", painted(word(check.level), paint, colour), check.what,
                     check.sentence);
}

std::string step_text(const ProbeStep& step, bool colour) {
  const auto at = std::chrono::duration<double>(step.at).count();
  const auto took = std::chrono::duration<double>(step.took).count();
  const auto mark = step.ok ? painted("ok  ", kGreen, colour) : painted("FAIL", kRed, colour);
  return fmt::format("{:9.3f} s (+{:.3f})  {} {:<8}  {}\n", at, took, mark, step.name, step.text);
}

std::string probe_json(const std::vector<SettingCheck>& checks, const ProbeResult* result,
                       const diagnose::Diagnosis* diagnosis) {
  json::object object{{"checks", checks_json(checks)},
                      {"steps", json::array{}},
                      {"outcome", nullptr},
                      {"diagnosis", nullptr}};
  if (result != nullptr) {
    object["steps"] = steps_json(result->steps);
    object["outcome"] = outcome_json(*result);
  }
  if (diagnosis != nullptr) object["diagnosis"] = json::parse(diagnose::to_json(*diagnosis));
  return json::serialize(object);
}

}  // namespace misproxy::probe
